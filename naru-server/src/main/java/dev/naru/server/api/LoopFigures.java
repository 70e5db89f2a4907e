package dev.naru.server.api;

import java.time.Duration;
import java.time.Instant;

/**
 * What the control loop counts since it started.
 *
 * @param passes times it looked at everything
 * @param failures passes that ended with an error
 * @param busy time in passes, added up
 * @param last time of the last pass
 * @param at when the last pass ended; the epoch before the first one
 */
public record LoopFigures(long passes, long failures, Duration busy, Duration last, Instant at) {
  /** Before the first pass. */
  public static final LoopFigures NONE =
      new LoopFigures(0, 0, Duration.ZERO, Duration.ZERO, Instant.EPOCH);
}
