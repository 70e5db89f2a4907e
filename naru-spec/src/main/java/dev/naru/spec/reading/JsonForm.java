package dev.naru.spec.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.naru.spec.Durations;
import dev.naru.spec.Resource;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The one JSON form of a resource: defaults filled in, what is empty left out, keys sorted. */
final class JsonForm {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonForm() {}

  static ObjectNode of(Resource resource) {
    ObjectNode node = NODES.objectNode();
    node.put("apiVersion", Resource.API_VERSION);
    node.put("kind", resource.kind().word());
    node.set("metadata", record(resource.metadata()));
    node.set("spec", record(resource.spec()));
    return node;
  }

  static ObjectNode record(Record record) {
    ObjectNode node = NODES.objectNode();
    Key.of(record.getClass()).stream()
        .sorted(Comparator.comparing(Key::name))
        .forEach(key -> {
          JsonNode value = value(key.in(record));
          if (!value.isMissingNode() && !(value.isContainerNode() && value.isEmpty())) {
            node.set(key.name(), value);
          }
        });
    return node;
  }

  private static JsonNode value(Object value) {
    return switch (value) {
      case Optional<?> o -> o.map(JsonForm::value).orElse(NODES.missingNode());
      case List<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(item -> array.add(value(item)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        new TreeMap<>(map).forEach((k, v) -> object.set(String.valueOf(k), value(v)));
        yield object;
      }
      case Integer i -> IntNode.valueOf(i);
      case Duration d -> TextNode.valueOf(Durations.print(d));
      case Record r when Key.isMapping(r.getClass()) -> record(r);
      default -> TextNode.valueOf(value.toString());
    };
  }
}
