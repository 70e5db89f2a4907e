# The parent of the control plane: starts it again unless it was told to end.
# $1 is the log, the rest is the command. Exit 0 and 64-78 (sysexits: starting again would not
# help) end this script too; after five deaths within 10 s it waits 5 s between starts.
log=$1; shift
trap '' HUP INT
umask 077
child= deaths=0 first=0
say() { printf '%s WARN  parent %s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.000Z)" "$*" >>"$log"; }
# Told to end itself, it tells the server and waits for it.
trap 'trap "" TERM; [ -n "$child" ] && kill "$child" 2>/dev/null && wait "$child"; exit 0' TERM
while :; do
  "$@" </dev/null >>"$log" 2>&1 &
  child=$!
  wait "$child"
  code=$?
  child=
  [ "$code" -eq 0 ] && exit 0
  [ "$code" -ge 64 ] && [ "$code" -le 78 ] && exit "$code"
  now=$(date +%s)
  if [ $((now - first)) -gt 10 ]; then first=$now; deaths=0; fi
  deaths=$((deaths + 1))
  pause=0.2
  [ "$deaths" -ge 5 ] && pause=5
  say "server ended code=$code; starts again in $pause s"
  sleep "$pause" &
  wait $!
done
