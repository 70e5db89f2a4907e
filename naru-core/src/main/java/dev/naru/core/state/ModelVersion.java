package dev.naru.core.state;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sealed model of a Training.
 *
 * @param version from 1, one more than the one before
 * @param run the run that made it
 * @param digest {@code sha256:...} over sorted names and contents
 * @param metrics its figures
 * @param promotable whether promotion may choose it; false for a drill's model
 * @param promoted whether the rule was met
 * @param reason of the verdict, in words, with the figures
 * @param at when it was recorded
 */
public record ModelVersion(
    int version,
    int run,
    String digest,
    SortedMap<String, Double> metrics,
    boolean promotable,
    boolean promoted,
    String reason,
    Instant at) {
  /** Copies the metrics. */
  public ModelVersion {
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(metrics)));
  }

  /** With another verdict. */
  public ModelVersion judged(boolean nowPromoted, String why) {
    return new ModelVersion(version, run, digest, metrics, promotable, nowPromoted, why, at);
  }
}
