package dev.naru.examples.finance;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How well scores tell the positives from the rest, computed exactly over all rows.
 *
 * @param auc area under the ROC curve: the chance that a positive scores above a negative, equal
 *     scores counting half
 * @param ap average precision: precision at each distinct score, weighted by the recall gained
 * @param logloss mean of −ln(probability given to the true label)
 */
record Quality(double auc, double ap, double logloss) {
  private static final double LEAST_PROBABILITY = 1e-7;

  /**
   * Of at least one positive and one negative row.
   *
   * @param scores probabilities of label 1
   * @param labels 0 or 1
   */
  static Quality of(float[] scores, float[] labels) {
    int[] order = descending(scores);
    double positives = 0;
    double negatives = 0;
    double area = 0;
    double precision = 0;
    for (int start = 0, end; start < order.length; start = end) {
      end = start;
      double gained = 0;
      while (end < order.length && scores[order[end]] == scores[order[start]]) {
        gained += labels[order[end++]];
      }
      double wrong = end - start - gained;
      area += wrong * (positives + gained / 2);
      positives += gained;
      negatives += wrong;
      precision += gained * positives / (positives + negatives);
    }
    if (positives == 0 || negatives == 0) {
      throw Stop.data("the held-out rows need both labels, all " + order.length + " have the same");
    }
    return new Quality(
        area / (positives * negatives), precision / positives, logloss(scores, labels));
  }

  private static int[] descending(float[] scores) {
    // The score's bits above the row's number: one sort of longs instead of boxed comparisons.
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) -Float.floatToIntBits(scores[i]) << 32 | i;
    }
    Arrays.sort(keys);
    return IntStream.range(0, keys.length).map(i -> (int) keys[i]).toArray();
  }

  private static double logloss(float[] scores, float[] labels) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double likely = labels[i] > 0.5f ? scores[i] : 1.0 - scores[i];
      sum -= StrictMath.log(Math.max(likely, LEAST_PROBABILITY));
    }
    return sum / scores.length;
  }

  /** By name, as in {@code metrics.json}. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("auc", auc);
    metrics.put("ap", ap);
    metrics.put("logloss", logloss);
    return metrics;
  }
}
