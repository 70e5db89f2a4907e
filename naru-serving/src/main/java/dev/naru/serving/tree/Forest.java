package dev.naru.serving.tree;

/**
 * Trees in flat arrays. A node's left child is at {@code left[node]}, the right one beside it.
 *
 * <p>Order of summation: XGBoost's CPU predictor adds the leaves in single precision to the base
 * margin, tree by tree. This does the same; any other order gives other bits.
 */
final class Forest {
  /** In {@link #split}: this node is a leaf. */
  static final int LEAF = -1;

  private final int[] roots;

  /** Twice the column plus 1 where a missing value goes right; {@link #LEAF} at a leaf. */
  private final int[] split;

  /** Threshold or weight. */
  private final float[] value;

  private final int[] left;

  Forest(int[] roots, int[] split, float[] value, int[] left) {
    this.roots = roots;
    this.split = split;
    this.value = value;
    this.left = left;
  }

  int trees() {
    return roots.length;
  }

  int nodes() {
    return split.length;
  }

  /**
   * @param rows values by row and column; NaN is missing
   * @param at index of the row's first value
   */
  float margin(float base, float[] rows, int at) {
    float sum = base;
    for (int root : roots) {
      int node = root;
      for (int s = split[node]; s >= 0; s = split[node]) {
        float v = rows[at + (s >> 1)];
        // A NaN is not below anything, so it goes right here and is put right only where the
        // default is left.
        int right = v < value[node] ? 0 : Float.isNaN(v) ? s & 1 : 1;
        node = left[node] + right;
      }
      sum += value[node];
    }
    return sum;
  }
}
