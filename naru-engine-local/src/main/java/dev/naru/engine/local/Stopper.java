package dev.naru.engine.local;

import dev.naru.core.engine.Exit;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Stops replicas: first it is written down that they are asked, and until when, so that whoever
 * comes after a crash goes on with it.
 */
final class Stopper {
  /** 128 + SIGTERM: what a replica that was never started would have ended with. */
  private static final int TERMINATED = 143;

  private final Proc proc;
  private final Signals signals;
  private final Clock clock;

  Stopper(Proc proc, Signals signals, Clock clock) {
    this.proc = proc;
    this.signals = signals;
    this.clock = clock;
  }

  /** Asks a member that has not ended to stop, and kills it from {@code deadline} on. */
  void ask(MemberDir dir, Instant deadline) throws IOException {
    if (dir.exit().isPresent()) {
      return;
    }
    java.nio.file.Files.createDirectories(dir.path());
    dir.ask(deadline);
    proceed(dir);
  }

  /** Does what is due for a member that was asked; call it again until the member has ended. */
  void proceed(MemberDir dir) throws IOException {
    Optional<Instant> deadline = dir.deadline();
    if (deadline.isEmpty() || dir.exit().isPresent()) {
      return;
    }
    boolean neverStarted = dir.claim() instanceof MemberDir.Claim.None && dir.forbid(proc.bootId());
    if (neverStarted || forbidden(dir)) {
      dir.writeExit(TERMINATED, Exit.Cause.EXITED);
      return;
    }
    Optional<ProcId> workload = dir.workload();
    if (workload.isEmpty()) {
      return;
    }
    if (!deadline.get().isAfter(clock.instant())) {
      signals.kill(workload.get(), dir.cgroups());
    } else if (!dir.told()) {
      signals.terminate(workload.get());
      dir.writeTold();
    }
  }

  /** Forbidden by somebody who died before writing how it ended. */
  private static boolean forbidden(MemberDir dir) throws IOException {
    return dir.claim() instanceof MemberDir.Claim.By by && by.parent().pid() == 0;
  }
}
