package dev.naru.engine.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sends signals to a replica: to all its processes, and to nobody else's. */
final class Signals {
  private final Proc proc;

  Signals(Proc proc) {
    this.proc = proc;
  }

  /** SIGTERM to the replica's process group. */
  void terminate(ProcId workload) throws IOException {
    if (proc.alive(workload)) {
      send("TERM", workload.pid());
    }
  }

  /**
   * SIGKILL to everything of the replica: the process itself, its session, its cgroups. Processes
   * that fork meanwhile are met in the next round.
   */
  void kill(ProcId workload, List<Path> cgroups) {
    if (!workload.boot().equals(proc.bootId())) {
      return;
    }
    Set<Long> killed = new HashSet<>();
    if (proc.alive(workload)) {
      kill(workload.pid());
    }
    for (int round = 0; round < 5; round++) {
      List<Long> left = new ArrayList<>(members(cgroups));
      // The number of a session is not given away while a process of it is left.
      if (!proc.reused(workload)) {
        proc.session(workload.pid()).forEach(s -> left.add(s.pid()));
      }
      if (killed.containsAll(left)) {
        return;
      }
      left.forEach(Signals::kill);
      killed.addAll(left);
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** The processes of a replica's cgroups; its hierarchies all hold the same. */
  static List<Long> members(List<Path> cgroups) {
    if (cgroups.isEmpty()) {
      return List.of();
    }
    try {
      return Files.readAllLines(cgroups.getFirst().resolve("cgroup.procs")).stream()
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      // The cgroup is gone, and so are its processes.
      return List.of();
    }
  }

  /** Java can only signal single processes; the group may not be there yet just after the fork. */
  private static void send(String signal, long pid) throws IOException {
    Process kill =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "kill -s \"$0\" -- \"-$1\" || kill -s \"$0\" \"$1\"",
                signal,
                Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      kill.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
