#!/bin/sh
# The parent of one replica: starts it in a session of its own, waits, writes down how it ended.
# It is all that must survive the control plane, so it is small and needs only a POSIX shell.
# docs/dev/process-engine.md says who reads which file.
#
# usage: member.sh DIRECTORY PROGRAM [ARGUMENT...]
#
# Its environment is the replica's: every variable of its own begins with _naru_ and is not exported.
_naru_dir=$1
shift
_naru_path=$PATH
PATH=$PATH:/usr/bin:/bin
_naru_setsid=$(command -v setsid)

# The process that calls it, as "pid start-ticks boot-id": fields 1 and 22 of proc(5) stat.
_naru_self() {
  read -r _naru_line </proc/self/stat
  read -r _naru_boot </proc/sys/kernel/random/boot_id
  set -- ${_naru_line##*) }
  _naru_id="${_naru_line%% *} ${20} $_naru_boot"
}

# Kills what is left of the replica: its process group, its cgroup, its session.
_naru_sweep() {
  kill -s KILL -- "-$1"
  if read -r _naru_group <"$_naru_dir/cgroups"; then
    while read -r _naru_other; do
      kill -s KILL "$_naru_other"
    done <"$_naru_group/cgroup.procs"
  fi
  for _naru_stat in /proc/[0-9]*/stat; do
    read -r _naru_line <"$_naru_stat" || continue
    _naru_session=${_naru_line##*) }
    _naru_session=${_naru_session#* * * }
    if [ "${_naru_session%% *}" = "$1" ]; then
      kill -s KILL "${_naru_line%% *}"
    fi
  done
}

# Whether the kernel killed something of it for memory (cgroup v1 and v2 name the file differently).
_naru_oom() {
  while read -r _naru_group; do
    for _naru_events in "$_naru_group/memory.oom_control" "$_naru_group/memory.events"; do
      [ -f "$_naru_events" ] || continue
      while read -r _naru_key _naru_count; do
        [ "$_naru_key" = oom_kill ] && [ "$_naru_count" -gt 0 ] && return 0
      done <"$_naru_events"
    done
  done <"$_naru_dir/cgroups"
  return 1
}

# The fence: whoever makes this file starts the replica, and nobody else ever does.
_naru_self
set -C
echo "$_naru_id" >"$_naru_dir/parent" || exit 0
set +C
mkdir -p "$_naru_dir/tmp"

# With secrets, which are in memory, the log goes through a filter that knows them.
_naru_log=$_naru_dir/log
if read -r _naru_secrets <"$_naru_dir/secrets"; then
  _naru_log=$_naru_secrets/log
  mkfifo -m 600 "$_naru_log"
  (
    LC_ALL=C sed -u -f "$_naru_secrets/redact" <"$_naru_log" >>"$_naru_dir/log" 2>&1
    echo >"$_naru_secrets/told"
  ) &
fi

# A subshell in the foreground, not a background job: those would ignore SIGINT and SIGQUIT.
(
  _naru_self
  while read -r _naru_group; do
    echo "${_naru_id%% *}" >"$_naru_group/cgroup.procs"
  done <"$_naru_dir/cgroups"
  echo "$_naru_id" >"$_naru_dir/pid"
  PATH=$_naru_path
  exec "$_naru_setsid" "$@" </dev/null >>"$_naru_log" 2>&1
)
_naru_code=$?
_naru_asked=0
[ -e "$_naru_dir/asked" ] && _naru_asked=1
_naru_cause=exited
[ "$_naru_code" -ne 0 ] && _naru_oom && _naru_cause=oom
read -r _naru_child _naru_rest <"$_naru_dir/pid" && _naru_sweep "$_naru_child"
# Its last lines first; not for ever, for something that escaped may still hold the other end.
if [ -n "$_naru_secrets" ]; then
  for _naru_try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -e "$_naru_secrets/told" ] && break
    sleep 0.05
  done
  rm -rf "$_naru_secrets"
fi
echo "$_naru_code $_naru_cause $_naru_asked" >"$_naru_dir/exit.new" &&
  mv "$_naru_dir/exit.new" "$_naru_dir/exit"
rm -rf "$_naru_dir/tmp"
while read -r _naru_group; do
  for _naru_try in 1 2 3 4 5 6 7 8 9 10; do
    rmdir "$_naru_group" && break
    sleep 0.05
  done
done <"$_naru_dir/cgroups"
