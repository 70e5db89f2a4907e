package dev.naru.core.engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a training's {@code NARU_MODEL_DIR} must hold. */
public final class ModelFiles {
  /** A model is exactly one of these. */
  public static final List<String> NAMES = List.of("model.ubj", "model.json", "model.onnx");

  /** Where a model's metrics are, if it brings any. */
  public static final String METRICS = "metrics.json";

  private ModelFiles() {}

  /**
   * Why the directory is no model.
   *
   * @param paths its files, relative
   * @return in words; empty where it is one
   */
  public static Optional<String> refusal(Collection<String> paths) {
    List<String> found = NAMES.stream().filter(paths::contains).toList();
    if (found.size() == 1) {
      return Optional.empty();
    }
    return Optional.of(
        "NARU_MODEL_DIR must hold exactly one of "
            + String.join(", ", NAMES)
            + "; found "
            + (found.isEmpty() ? "none" : String.join(" and ", found)));
  }

  /**
   * Reads {@code metrics.json}: one flat object of finite numbers, such as {@code {"auc": 0.93}}.
   *
   * @throws IllegalArgumentException in words, when it is anything else
   */
  public static SortedMap<String, Double> metrics(String json) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    try {
      for (Map.Entry<String, Object> e : SmallJson.object(json).entrySet()) {
        Double number = SmallJson.number(e.getValue());
        if (number == null) {
          throw new IllegalArgumentException("\"" + e.getKey() + "\" is not a number");
        }
        metrics.put(e.getKey(), number);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          METRICS + " must be one flat object of numbers: " + e.getMessage(), e);
    }
    return metrics;
  }
}
