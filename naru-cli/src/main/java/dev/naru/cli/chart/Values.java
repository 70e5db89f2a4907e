package dev.naru.cli.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Values of a chart as a tree. */
public final class Values {
  private Values() {}

  /**
   * Reads one YAML document that is a mapping; an empty one is an empty mapping.
   *
   * @param name of the file, for messages
   * @throws CommandException exit 2 where it is not that
   */
  public static JsonNode read(String text, String name) {
    Object loaded;
    try {
      loaded = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(text);
    } catch (YamlEngineException e) {
      String said = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw CommandException.usage("cannot read " + name + ": it is not YAML: " + said);
    }
    JsonNode tree = loaded == null ? Json.object() : tree(loaded);
    if (!tree.isObject()) {
      throw CommandException.usage("cannot read " + name + ": expected a mapping of values");
    }
    return tree;
  }

  private static JsonNode tree(@Nullable Object value) {
    return switch (value) {
      case null -> Json.NODES.nullNode();
      case Map<?, ?> map -> {
        ObjectNode object = Json.object();
        map.forEach((key, v) -> object.set(String.valueOf(key), tree(v)));
        yield object;
      }
      case List<?> list -> {
        ArrayNode array = Json.NODES.arrayNode();
        list.forEach(v -> array.add(tree(v)));
        yield array;
      }
      case Boolean b -> Json.NODES.booleanNode(b);
      case Integer i -> Json.NODES.numberNode(i.longValue());
      case Long l -> Json.NODES.numberNode(l);
      case BigInteger i -> Json.NODES.numberNode(i);
      case Double d -> Json.NODES.numberNode(BigDecimal.valueOf(d));
      default -> Json.NODES.textNode(String.valueOf(value));
    };
  }
}
