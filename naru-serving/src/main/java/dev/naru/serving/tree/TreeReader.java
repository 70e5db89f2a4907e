package dev.naru.serving.tree;

import java.io.IOException;

/** Reads one element of {@code gradient_booster.model.trees}. */
final class TreeReader {
  private final ModelSource source;
  private final int number;
  private int[] left = {};
  private int[] right = {};
  private int[] features = {};
  private float[] conditions = {};
  private int[] defaultLeft = {};

  /**
   * @param number the tree's place, for messages
   */
  TreeReader(ModelSource source, int number) {
    this.source = source;
    this.number = number;
  }

  /**
   * @param most nodes that the model may still have
   */
  RawTree read(int most) throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      switch (key) {
        case "left_children" -> left = source.ints(most);
        case "right_children" -> right = source.ints(most);
        case "split_indices" -> features = source.ints(most);
        case "split_conditions" -> conditions = source.floats(most);
        case "default_left" -> defaultLeft = source.ints(most);
        case "split_type" -> splitTypes(most);
        case "categories_nodes" -> {
          if (source.ints(most).length > 0) {
            throw LearnerReader.categorical();
          }
        }
        case "tree_param" -> parameters();
        case "base_weights",
            "categories",
            "categories_segments",
            "categories_sizes",
            "id",
            "loss_changes",
            "parents",
            "sum_hessian" ->
            source.skip();
        default -> throw LearnerReader.unknown(key, "tree " + number);
      }
    }
    int size = left.length;
    if (size == 0
        || right.length != size
        || features.length != size
        || conditions.length != size
        || defaultLeft.length != size) {
      throw new ModelFormatException(
          "tree %d: its arrays are empty or differ in length (left_children %d, right_children %d, split_indices %d, split_conditions %d, default_left %d)"
              .formatted(
                  number,
                  size,
                  right.length,
                  features.length,
                  conditions.length,
                  defaultLeft.length));
    }
    return new RawTree(left, right, features, conditions, defaultLeft);
  }

  private void splitTypes(int most) throws IOException {
    for (int type : source.ints(most)) {
      if (type != 0) {
        throw LearnerReader.categorical();
      }
    }
  }

  private void parameters() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      String value = source.string();
      if (key.equals("size_leaf_vector") && !value.equals("0") && !value.equals("1")) {
        throw new ModelFormatException(
            "its leaves are vectors (multi-target trees), which is not supported");
      }
    }
  }
}
