package dev.naru.core.engine;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The newest {@code naru:progress} line of a replica.
 *
 * @param step from 0
 * @param total steps in all, where the line says so
 * @param metrics named figures
 * @param at when the line was read
 */
public record Progress(
    long step, Optional<Long> total, SortedMap<String, Double> metrics, Instant at) {
  /** Copies the metrics. */
  public Progress {
    metrics = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(metrics)));
  }
}
