package dev.naru.core.engine;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines by which a workload tells how far it is: {@code naru:progress
 * {"step":120,"total":1000,"metrics":{"auc":0.93}}}. {@code step} is needed; {@code total} and
 * {@code metrics} may be absent; other keys are skipped. A line that is not quite so is junk, and
 * junk is no progress.
 */
public final class ProgressLine {
  /** What such a line begins with. */
  public static final String PREFIX = "naru:progress ";

  /** Longer lines are junk. */
  public static final int MAX_CHARS = 8192;

  private static final int MAX_METRICS = 64;

  private ProgressLine() {}

  /**
   * What a line of output says.
   *
   * @param at when it was read
   * @return empty where it is not a progress line
   */
  public static Optional<Progress> parse(String line, Instant at) {
    if (!line.startsWith(PREFIX) || line.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      Map<String, Object> said = SmallJson.object(line.substring(PREFIX.length()));
      Optional<Long> step = count(said.get("step"));
      Optional<Long> total = count(said.get("total"));
      if (step.isEmpty() || (said.containsKey("total") && total.isEmpty())) {
        return Optional.empty();
      }
      return metrics(said.getOrDefault("metrics", Map.of()))
          .map(metrics -> new Progress(step.get(), total, metrics, at));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> count(@Nullable Object value) {
    return value instanceof Long n && n >= 0 ? Optional.of(n) : Optional.empty();
  }

  private static Optional<SortedMap<String, Double>> metrics(Object value) {
    if (!(value instanceof Map<?, ?> said) || said.size() > MAX_METRICS) {
      return Optional.empty();
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (Map.Entry<?, ?> e : said.entrySet()) {
      Double number = SmallJson.number(e.getValue());
      if (number == null) {
        return Optional.empty();
      }
      metrics.put((String) e.getKey(), number);
    }
    return Optional.of(metrics);
  }
}
