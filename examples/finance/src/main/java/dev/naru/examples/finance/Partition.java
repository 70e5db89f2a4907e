package dev.naru.examples.finance;

import java.util.Locale;

/**
 * The two parts that rows are split into, each in files named {@code train-0-of-4.rows}: the shard
 * that wrote them and the number of shards.
 */
enum Partition {
  TRAIN,
  HELDOUT;

  String file(int shard, int shards) {
    return word() + "-" + shard + "-of-" + shards + ".rows";
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
