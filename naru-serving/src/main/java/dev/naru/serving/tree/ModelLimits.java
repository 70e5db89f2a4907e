package dev.naru.serving.tree;

/** What a model file may hold at most, so that a bad one cannot exhaust the process. */
final class ModelLimits {
  /** Bytes of the file. */
  static final long FILE_BYTES = 256L << 20;

  /** Objects and arrays inside each other; XGBoost 3.4 writes 7. */
  static final int DEPTH = 32;

  /** Bytes of one string. */
  static final int STRING_BYTES = 4096;

  /** Columns. */
  static final int FEATURES = 4096;

  static final int TREES = 100_000;

  /** Nodes of all trees together: 12 bytes each in memory. */
  static final int NODES = 2_000_000;

  private ModelLimits() {}
}
