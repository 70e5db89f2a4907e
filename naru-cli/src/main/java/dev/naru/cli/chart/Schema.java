package dev.naru.cli.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * As much of JSON Schema as {@code values.schema.json} uses; another keyword is a fault of ours.
 */
final class Schema {
  private static final Set<String> KNOWN =
      Set.of(
          "$schema",
          "title",
          "description",
          "definitions",
          "$ref",
          "type",
          "properties",
          "additionalProperties",
          "propertyNames",
          "required",
          "items",
          "enum",
          "pattern",
          "minimum",
          "maximum");

  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();

  private Schema(JsonNode root) {
    this.root = root;
  }

  /** What is wrong with the values, each with its path, expected and found; empty for nothing. */
  static List<String> problems(JsonNode schema, JsonNode values) {
    Schema check = new Schema(schema);
    check.check(schema, values, "");
    return check.problems;
  }

  private void check(JsonNode schema, JsonNode value, String path) {
    schema.fieldNames().forEachRemaining(Schema::requireKnown);
    if (schema.has("$ref")) {
      check(root.at(schema.get("$ref").asText().substring(1)), value, path);
      return;
    }
    if (!hasType(schema.path("type"), value)) {
      say(path, "is " + shown(value) + ", expected " + words(schema.path("type")));
      return;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      say(path, "is " + shown(value) + ", expected one of " + words(schema.get("enum")));
    }
    if (value.isTextual() && schema.has("pattern")) {
      String pattern = schema.get("pattern").asText();
      if (!Pattern.compile(pattern).matcher(value.asText()).find()) {
        say(path, "is " + shown(value) + ", expected a text like " + pattern);
      }
    }
    range(schema, value, path);
    if (value.isObject()) {
      object(schema, value, path);
    }
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.get("items"), value.get(i), path + "[" + i + "]");
      }
    }
  }

  private static void requireKnown(String keyword) {
    if (!KNOWN.contains(keyword)) {
      throw new IllegalStateException("values.schema.json uses '" + keyword + "', unknown here");
    }
  }

  private void range(JsonNode schema, JsonNode value, String path) {
    if (value.isNumber()
        && (value.asDouble() < schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY)
            || value.asDouble() > schema.path("maximum").asDouble(Double.POSITIVE_INFINITY))) {
      say(
          path,
          "is %s, expected %s to %s"
              .formatted(
                  shown(value),
                  schema.path("minimum").asText("any"),
                  schema.path("maximum").asText("any")));
    }
  }

  private void object(JsonNode schema, JsonNode value, String path) {
    JsonNode properties = schema.path("properties");
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        say(join(path, name.asText()), "is missing");
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String at = join(path, field.getKey());
      if (schema.has("propertyNames")) {
        check(schema.get("propertyNames"), Json.NODES.textNode(field.getKey()), at);
      }
      JsonNode others = schema.path("additionalProperties");
      if (properties.has(field.getKey())) {
        check(properties.get(field.getKey()), field.getValue(), at);
      } else if (others.isObject()) {
        check(others, field.getValue(), at);
      } else if (others.isBoolean() && !others.asBoolean()) {
        say(at, "is unknown" + known(properties));
      }
    }
  }

  private static String known(JsonNode properties) {
    Set<String> names = new TreeSet<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names.isEmpty() ? "" : ", known here are " + String.join(", ", names);
  }

  private static boolean hasType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (hasType(one, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText("any")) {
      case "any" -> true;
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new IllegalStateException("values.schema.json has type " + type);
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode one : list) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static String words(JsonNode list) {
    if (!list.isArray()) {
      return list.asText();
    }
    List<String> words = new ArrayList<>();
    list.forEach(one -> words.add(one.asText()));
    return String.join(", ", words);
  }

  private static String shown(JsonNode value) {
    String text = Json.line(value);
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void say(String path, String what) {
    problems.add((path.isEmpty() ? "the whole" : path) + " " + what);
  }
}
