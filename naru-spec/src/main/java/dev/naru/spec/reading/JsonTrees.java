package dev.naru.spec.reading;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A JSON value as a tree without places. */
final class JsonTrees {
  private static final int MOST_DEPTH = TreeComposer.MOST_DEPTH;

  private JsonTrees() {}

  static Tree of(JsonNode node) {
    return of(node, 0);
  }

  private static Tree of(JsonNode node, int depth) {
    if (depth < MOST_DEPTH && node.isObject()) {
      List<Tree.Entry> entries = new ArrayList<>();
      for (var property : node.properties()) {
        entries.add(
            new Tree.Entry(At.NOWHERE, property.getKey(), of(property.getValue(), depth + 1)));
      }
      return new Tree.Mapping(At.NOWHERE, entries);
    } else if (depth < MOST_DEPTH && node.isArray()) {
      List<Tree> items = new ArrayList<>();
      node.forEach(item -> items.add(of(item, depth + 1)));
      return new Tree.Sequence(At.NOWHERE, items);
    }
    return new Tree.Scalar(At.NOWHERE, type(node), node.isContainerNode() ? "" : node.asText());
  }

  private static Tree.Type type(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> Tree.Type.TEXT;
      case NUMBER -> node.isIntegralNumber() ? Tree.Type.INTEGER : Tree.Type.FLOAT;
      case BOOLEAN -> Tree.Type.BOOLEAN;
      case NULL, MISSING, BINARY, POJO, ARRAY, OBJECT -> Tree.Type.NOTHING;
    };
  }
}
