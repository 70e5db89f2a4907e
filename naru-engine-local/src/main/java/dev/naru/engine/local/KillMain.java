package dev.naru.engine.local;

import java.time.Duration;
import java.time.Instant;

/**
 * Kills every process of its own user beside itself with SIGKILL: the fault of a drill, injected
 * from a container that shares the processes of a pod. It waits for the moment that its argument
 * says, in milliseconds since 1970, so that its own start is no part of the fault; one that is past
 * is now.
 */
public final class KillMain {
  private static final int NOBODY = 1;

  private KillMain() {}

  /** Exit code 1 where there was nobody to kill. */
  public static void main(String[] args) throws InterruptedException {
    Duration left = Duration.between(Instant.now(), Instant.ofEpochMilli(Long.parseLong(args[0])));
    if (left.isPositive()) {
      Thread.sleep(left);
    }
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
