package dev.naru.cli.talk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * JSON trees as YAML 1.2 in block style; texts that could be read as something else are quoted as
 * JSON quotes them, which is YAML as well.
 */
public final class Yaml {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_/][-A-Za-z0-9_./@+ ]*(:[-A-Za-z0-9_./@+]+)*");
  private static final Pattern WORDS =
      Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n|~|\\.nan|\\.inf");

  private Yaml() {}

  /** One document that ends with a line end. */
  public static String write(JsonNode node) {
    StringBuilder out = new StringBuilder();
    block(out, node, 0);
    return out.toString();
  }

  private static void block(StringBuilder out, JsonNode node, int indent) {
    if (node.isObject() && !node.isEmpty()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        out.repeat(' ', indent).append(text(field.getKey())).append(':');
        under(out, field.getValue(), indent);
      }
    } else if (node.isArray() && !node.isEmpty()) {
      for (JsonNode item : node) {
        out.repeat(' ', indent).append("- ");
        StringBuilder inner = new StringBuilder();
        block(inner, item, indent + 2);
        out.append(inner.substring(isBranch(item) ? indent + 2 : 0));
      }
    } else {
      out.append(scalar(node)).append('\n');
    }
  }

  private static void under(StringBuilder out, JsonNode value, int indent) {
    if (isBranch(value)) {
      out.append('\n');
      block(out, value, value.isArray() ? indent : indent + 2);
    } else {
      out.append(' ').append(scalar(value)).append('\n');
    }
  }

  private static boolean isBranch(JsonNode node) {
    return node.isContainerNode() && !node.isEmpty();
  }

  private static String scalar(JsonNode node) {
    return node.isTextual() ? text(node.textValue()) : Json.line(node);
  }

  private static String text(String text) {
    boolean plain =
        PLAIN.matcher(text).matches() && !WORDS.matcher(text).matches() && !text.endsWith(" ");
    return plain ? text : Json.line(Json.NODES.textNode(text));
  }
}
