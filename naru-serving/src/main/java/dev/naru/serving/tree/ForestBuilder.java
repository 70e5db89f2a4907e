package dev.naru.serving.tree;

import java.util.Arrays;

/**
 * Packs trees one after the other into flat arrays, breadth first, so that the two children of a
 * node are neighbours. Checks on the way that each tree is one: every child exists and has one
 * parent.
 */
final class ForestBuilder {
  private final int features;
  private int[] roots = new int[16];
  private int trees;
  private int[] split = new int[256];
  private float[] value = new float[256];
  private int[] left = new int[256];
  private int nodes;

  ForestBuilder(int features) {
    this.features = features;
  }

  void add(RawTree tree) throws ModelFormatException {
    if (trees == ModelLimits.TREES) {
      throw new ModelFormatException("more than " + ModelLimits.TREES + " trees");
    }
    if (trees == roots.length) {
      roots = Arrays.copyOf(roots, 2 * trees);
    }
    roots[trees] = nodes;
    int size = tree.left().length;
    reserve(size);
    int[] queue = new int[size];
    boolean[] seen = new boolean[size];
    int first = nodes;
    int queued = 0;
    queue[queued++] = 0;
    seen[0] = true;
    for (int i = 0; i < queued; i++) {
      int node = queue[i];
      int l = tree.left()[node];
      int r = tree.right()[node];
      if (l == -1 && r == -1) {
        leaf(tree.conditions()[node]);
        continue;
      }
      if (!(l > 0 && l < size && r > 0 && r < size) || l == r || seen[l] || seen[r]) {
        throw new ModelFormatException(
            "tree %d, node %d: the children %d and %d do not make a tree of %d nodes"
                .formatted(trees, node, l, r, size));
      }
      seen[l] = true;
      seen[r] = true;
      inner(tree, node, first + queued);
      queue[queued++] = l;
      queue[queued++] = r;
    }
    trees++;
  }

  private void reserve(int more) throws ModelFormatException {
    if (nodes + more > ModelLimits.NODES) {
      throw new ModelFormatException("more than " + ModelLimits.NODES + " nodes in all trees");
    }
    if (nodes + more > split.length) {
      int capacity = Math.max(nodes + more, 2 * nodes);
      split = Arrays.copyOf(split, capacity);
      value = Arrays.copyOf(value, capacity);
      left = Arrays.copyOf(left, capacity);
    }
  }

  private void leaf(float weight) throws ModelFormatException {
    finite(weight);
    split[nodes] = Forest.LEAF;
    value[nodes++] = weight;
  }

  private void inner(RawTree tree, int node, int children) throws ModelFormatException {
    int feature = tree.features()[node];
    if (feature < 0 || feature >= features) {
      throw new ModelFormatException(
          "tree %d, node %d: splits on column %d of %d".formatted(trees, node, feature, features));
    }
    finite(tree.conditions()[node]);
    split[nodes] = feature << 1 | (tree.defaultLeft()[node] == 0 ? 1 : 0);
    value[nodes] = tree.conditions()[node];
    left[nodes++] = children;
  }

  private void finite(float number) throws ModelFormatException {
    if (!Float.isFinite(number)) {
      throw new ModelFormatException("tree " + trees + " holds the number " + number);
    }
  }

  Forest build() {
    return new Forest(
        Arrays.copyOf(roots, trees),
        Arrays.copyOf(split, nodes),
        Arrays.copyOf(value, nodes),
        Arrays.copyOf(left, nodes));
  }
}
