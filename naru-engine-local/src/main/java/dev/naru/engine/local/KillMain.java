package dev.naru.engine.local;

/**
 * Kills every process of its own user beside itself with SIGKILL: the fault of a drill, injected
 * from a container that shares the processes of a pod.
 */
public final class KillMain {
  private static final int NOBODY = 1;

  private KillMain() {}

  /** Exit code 1 where there was nobody to kill. */
  public static void main(String[] args) {
    long self = ProcessHandle.current().pid();
    long killed =
        ProcessHandle.allProcesses()
            .filter(p -> p.pid() != self && p.pid() != 1)
            .filter(ProcessHandle::destroyForcibly)
            .count();
    System.err.println("killed " + killed);
    System.exit(killed > 0 ? 0 : NOBODY);
  }
}
