package dev.naru.core.state;

import dev.naru.core.engine.Exit;

/** What an attempt, or one of its members, came to. */
public enum Outcome {
  /** Every member ended with 0 without having been asked to stop. */
  FINISHED(false),
  /** Stopped on purpose, by Naru or by a drain of its node: not a failure. */
  INTERRUPTED(true),
  /** Wrong usage, data or configuration (64–78): another try would end the same. */
  REFUSED(false),
  /** Anything else: retried. */
  FAILED(true),
  /** Its memory limit ended it: retried. */
  OUT_OF_MEMORY(true),
  /** Nobody knows how it ended: retried. */
  LOST(true);

  private final boolean retried;

  Outcome(boolean retried) {
    this.retried = retried;
  }

  /** Whether another attempt may follow. */
  public boolean retried() {
    return retried;
  }

  /**
   * By exit code (design §6): whatever ends after it was asked to stop is interrupted, 0 finished,
   * 64–78 refused, else failed. 143 without having been asked is a failure too: a program that ends
   * so by itself would else be started again for ever.
   */
  public static Outcome of(Exit exit) {
    return switch (exit.cause()) {
      case OUT_OF_MEMORY -> OUT_OF_MEMORY;
      case LOST -> LOST;
      case EXITED -> {
        if (exit.asked()) {
          yield INTERRUPTED;
        }
        if (exit.code() == 0) {
          yield FINISHED;
        }
        yield exit.code() >= 64 && exit.code() <= 78 ? REFUSED : FAILED;
      }
    };
  }
}
