package dev.naru.server.api;

import java.time.Duration;

/**
 * What the control loop counts since it started.
 *
 * @param passes times it looked at everything
 * @param failures passes that ended with an error
 * @param busy time in passes, added up
 * @param last time of the last pass
 */
public record LoopFigures(long passes, long failures, Duration busy, Duration last) {}
