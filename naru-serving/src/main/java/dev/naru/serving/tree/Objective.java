package dev.naru.serving.tree;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a model's margin means: the transforms of XGBoost's objectives of the same names (XGBoost
 * 3.4, parameter {@code objective}).
 */
enum Objective {
  BINARY_LOGISTIC("binary:logistic", true),
  REG_LOGISTIC("reg:logistic", true),
  REG_SQUAREDERROR("reg:squarederror", false),
  COUNT_POISSON("count:poisson", false);

  private final String label;
  private final boolean logistic;

  Objective(String label, boolean logistic) {
    this.label = label;
    this.logistic = logistic;
  }

  static Objective of(String label) throws ModelFormatException {
    for (Objective objective : values()) {
      if (objective.label.equals(label)) {
        return objective;
      }
    }
    String known = Arrays.stream(values()).map(o -> o.label).collect(Collectors.joining(", "));
    throw new ModelFormatException(
        "the objective '" + label + "' is not supported; supported are " + known);
  }

  String label() {
    return label;
  }

  /**
   * The margin that all trees start from.
   *
   * @param baseScore the model's {@code base_score}, in the units of the score
   */
  float baseMargin(float baseScore) throws ModelFormatException {
    if (logistic) {
      if (!(baseScore > 0 && baseScore < 1)) {
        throw new ModelFormatException(
            "base_score is " + baseScore + "; " + label + " needs one between 0 and 1");
      }
      return -FloatLog.of(1.0f / baseScore - 1.0f);
    }
    if (this == COUNT_POISSON) {
      if (!(baseScore > 0)) {
        throw new ModelFormatException(
            "base_score is " + baseScore + "; " + label + " needs one above 0");
      }
      return FloatLog.of(baseScore);
    }
    return baseScore;
  }

  /** The score of a margin: a probability, a count or the margin itself. */
  double score(float margin) {
    if (logistic) {
      return 1 / (1 + Math.exp(-(double) margin));
    }
    return this == COUNT_POISSON ? Math.exp(margin) : margin;
  }
}
