package dev.naru.core.engine;

import java.time.Instant;

/**
 * How a replica ended.
 *
 * @param cause what ended it
 * @param code exit code, 128 + N for signal N; -1 where it is not known
 * @param asked whether it had been asked to stop before
 * @param at when it ended, or when that was found out
 */
public record Exit(Cause cause, int code, boolean asked, Instant at) {
  /** The code of a program that SIGTERM ended, or that says so. */
  public static final int TERMINATED = 143;

  /** What ended a replica. */
  public enum Cause {
    /** It ended by itself, or by a signal. */
    EXITED,
    /** Its memory limit. */
    OUT_OF_MEMORY,
    /** Nobody knows: its node, its parent or the machine went away. */
    LOST
  }
}
