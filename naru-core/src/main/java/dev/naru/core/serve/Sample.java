package dev.naru.core.serve;

import dev.naru.core.route.GatewayStats.RouteStats;
import java.time.Instant;

/**
 * What the gateway counted of one Inference at one moment.
 *
 * @param at when it was read
 * @param stats the counters
 */
public record Sample(Instant at, RouteStats stats) {}
