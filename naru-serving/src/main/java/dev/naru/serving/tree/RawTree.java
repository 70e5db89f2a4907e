package dev.naru.serving.tree;

/**
 * One tree as its file lists it: arrays by node number, node 0 the root.
 *
 * @param left number of the left child, -1 at a leaf
 * @param right number of the right child, -1 at a leaf
 * @param features column that an inner node splits on
 * @param conditions an inner node's threshold, a leaf's weight
 * @param defaultLeft 1 where a missing value goes left
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from the reader to the builder, never compared.
record RawTree(int[] left, int[] right, int[] features, float[] conditions, int[] defaultLeft) {
  RawTree {
    int size = left.length;
    if (right.length != size
        || features.length != size
        || conditions.length != size
        || defaultLeft.length != size
        || size == 0) {
      throw new IllegalArgumentException("the arrays of a tree differ in length");
    }
  }
}
