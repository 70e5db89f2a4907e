package dev.naru.serving.tree;

import java.util.List;

/** A model ready to evaluate. Immutable; any number of threads may use it. */
public final class TreeModel {
  private final List<String> features;
  private final Objective objective;
  private final float baseMargin;
  private final Forest forest;

  TreeModel(List<String> features, Objective objective, float baseMargin, Forest forest) {
    this.features = List.copyOf(features);
    this.objective = objective;
    this.baseMargin = baseMargin;
    this.forest = forest;
  }

  /** The columns in the model's order; {@code f0, f1, …} where the model names none. */
  public List<String> features() {
    return features;
  }

  /** XGBoost's name of the objective, such as {@code binary:logistic}. */
  public String objective() {
    return objective.label();
  }

  /** How many trees are summed. */
  public int trees() {
    return forest.trees();
  }

  /** How many nodes all trees have together. */
  public int nodes() {
    return forest.nodes();
  }

  /**
   * The untransformed prediction, with the same bits as XGBoost's CPU predictor gives ({@code
   * outputMargin}).
   *
   * @param rows values by row, then by column in the order of {@link #features}; NaN is missing
   * @param at index of the row's first value
   */
  public float margin(float[] rows, int at) {
    return forest.margin(baseMargin, rows, at);
  }

  /**
   * The prediction after the objective's transform, computed in double precision from {@link
   * #margin}.
   */
  public double score(float[] rows, int at) {
    return objective.score(margin(rows, at));
  }
}
