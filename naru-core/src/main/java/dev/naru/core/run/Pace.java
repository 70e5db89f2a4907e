package dev.naru.core.run;

import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Progress;
import dev.naru.core.state.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When progress that was seen is put down. A program may tell of it a hundred times a second, and
 * each time that it is put down is a write to the store, which on Kubernetes is the API server.
 */
final class Pace {
  /** As often as a person reads a figure; the first of an attempt and the last do not wait. */
  static final Duration EVERY = Duration.ofSeconds(1);

  private Pace() {}

  /**
   * The run with that progress, where it is time for it.
   *
   * @param due whether it cannot wait: there may be no later look
   * @param notes is told when it will be time, where it is not yet
   */
  static Run noted(Run run, Progress newest, boolean due, Instant now, Notes notes) {
    if (run.progress().equals(Optional.of(newest))) {
      return run;
    }
    Instant next = run.progress().map(p -> p.at().plus(EVERY)).orElse(Instant.MIN);
    if (due || !now.isBefore(next)) {
      return run.at(newest);
    }
    notes.wake(next);
    return run;
  }
}
