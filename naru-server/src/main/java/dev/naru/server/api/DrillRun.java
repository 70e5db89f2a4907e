package dev.naru.server.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One fault of a drill, healed.
 *
 * @param target {@code training/fraud}
 * @param fault {@code kill rank=1}, {@code kill replica}
 * @param injectedAt when
 * @param detected from then to the decision
 * @param recovery from then to progress beyond the resumed step, or to all replicas ready
 * @param promised what the file promises, of a Training
 * @param kept whether the promise was kept, where there is one
 * @param stepAtFault newest step when the fault was injected, of a Training
 * @param resumedFromStep step that the next attempt began from, of a Training
 * @param failedRequests requests that the gateway failed meanwhile, of an Inference
 */
public record DrillRun(
    String target,
    String fault,
    Instant injectedAt,
    Optional<Duration> detected,
    Optional<Duration> recovery,
    Optional<Duration> promised,
    Optional<Boolean> kept,
    Optional<Long> stepAtFault,
    Optional<Long> resumedFromStep,
    Optional<Long> failedRequests) {}
