package dev.naru.examples.finance;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a model is trained.
 *
 * @param input name of the Preparation
 * @param rounds trees
 * @param checkpointEvery rounds between two checkpoints
 * @param progressEvery rounds between two looks at the held-out rows
 */
record Course(
    String name,
    String input,
    int rounds,
    int checkpointEvery,
    int progressEvery,
    int depth,
    double learningRate,
    double minChildWeight) {

  static final Course CREDIT = new Course("credit", "credit-data", 300, 50, 10, 4, 0.03, 8);
  static final Course FRAUD = new Course("fraud", "transactions", 300, 20, 5, 6, 0.05, 4);

  /**
   * Parameters of XGBoost. One thread a rank, so that nothing depends on the host's cores; the
   * random draws of a round are seeded by its number, so that a resumed training makes the same.
   */
  Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("objective", "binary:logistic");
    parameters.put("tree_method", "hist");
    parameters.put("nthread", 1);
    parameters.put("max_depth", depth);
    parameters.put("eta", learningRate);
    parameters.put("min_child_weight", minChildWeight);
    parameters.put("subsample", 0.8);
    parameters.put("colsample_bytree", 0.8);
    parameters.put("seed", 7);
    parameters.put("seed_per_iteration", true);
    return parameters;
  }
}
