package dev.naru.cli.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An expression of a template: a path, a text, or a function of others, as Helm has them. */
sealed interface Expression {
  /** {@code .Values.a.b}; empty names are the root itself. */
  record Path(List<String> names) implements Expression {}

  /** A text. */
  record Literal(String text) implements Expression {}

  /** A function of operands. */
  record Call(String function, List<Expression> operands) implements Expression {}

  /** Reads one. */
  static Expression parse(String text) {
    Tokens tokens = new Tokens(text);
    Expression read = tokens.pipeline();
    if (!tokens.ended()) {
      throw new IllegalStateException("the chart has more than an expression in: " + text);
    }
    return read;
  }

  /** Its value. */
  default JsonNode of(JsonNode root, Template.Scope scope) {
    return switch (this) {
      case Path path -> {
        JsonNode value = root;
        for (String name : path.names()) {
          value = value.path(name);
        }
        yield value;
      }
      case Literal literal -> Json.NODES.textNode(literal.text());
      case Call call -> {
        List<JsonNode> values = call.operands().stream().map(o -> o.of(root, scope)).toList();
        yield call(call.function(), values, scope);
      }
    };
  }

  private static JsonNode call(String function, List<JsonNode> v, Template.Scope scope) {
    return switch (function) {
      case "toJson" -> Json.NODES.textNode(Json.line(sorted(v.getFirst())));
      case "fromJson" -> read(v.getFirst().asText());
      case "include" -> Json.NODES.textNode(scope.include(v.get(0).asText(), v.get(1)));
      case ".Files.Get" -> Json.NODES.textNode(scope.file(v.getFirst().asText()));
      case "not" -> Json.NODES.booleanNode(!holds(v.getFirst()));
      case "or" -> v.stream().filter(Expression::holds).findFirst().orElse(v.getLast());
      case "dict" -> dict(v);
      case "merge" -> merge(v);
      case "printf" ->
          Json.NODES.textNode(
              v.getFirst().asText().formatted(v.stream().skip(1).map(JsonNode::asText).toArray()));
      case "indent" ->
          Json.NODES.textNode(v.get(1).asText().replaceAll("(?m)^", " ".repeat(v.get(0).asInt())));
      case "regexMatch" ->
          Json.NODES.booleanNode(
              Pattern.compile(v.get(0).asText()).matcher(v.get(1).asText()).find());
      case "fail" -> throw new Template.RefusedException(v.getFirst().asText());
      default -> throw new IllegalStateException("the chart uses the function " + function);
    };
  }

  /** In the order in which Go writes it, so that both tools apply the same text. */
  private static JsonNode sorted(JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    ObjectNode sorted = Json.object();
    new TreeSet<>(object.propertyStream().map(Map.Entry::getKey).toList())
        .forEach(name -> sorted.set(name, sorted(object.get(name))));
    return sorted;
  }

  private static JsonNode read(String json) {
    try {
      return Json.read(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("the chart makes something that is not JSON: " + json, e);
    }
  }

  private static ObjectNode dict(List<JsonNode> pairs) {
    ObjectNode object = Json.object();
    for (int i = 0; i < pairs.size(); i += 2) {
      object.set(pairs.get(i).asText(), pairs.get(i + 1));
    }
    return object;
  }

  /** What comes first stays. */
  private static ObjectNode merge(List<JsonNode> objects) {
    ObjectNode all = Json.object();
    for (JsonNode object : objects) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        all.putIfAbsent(field.getKey(), field.getValue());
      }
    }
    return all;
  }

  /** Whether a value counts as true: there, and neither empty nor zero. */
  static boolean holds(JsonNode value) {
    if (value.isContainerNode() || value.isTextual()) {
      return !value.isEmpty() || !value.asText().isEmpty();
    }
    return value.isNumber() ? value.asDouble() != 0 : value.asBoolean();
  }

  /** A value as it stands in a manifest. */
  static String text(JsonNode value) {
    if (!value.isValueNode() || value instanceof MissingNode || value.isNull()) {
      throw new IllegalStateException("the chart puts something that is no plain value: " + value);
    }
    return value.asText();
  }

  /** The words of an expression. */
  final class Tokens {
    private static final Pattern TOKEN =
        Pattern.compile("\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[(|)]|[^\\s(|)]+)");

    private final List<String> words = new ArrayList<>();
    private int next;

    Tokens(String text) {
      Matcher token = TOKEN.matcher(text);
      while (token.find()) {
        words.add(token.group(1));
      }
    }

    boolean ended() {
      return next == words.size();
    }

    private boolean at(String word) {
      return !ended() && words.get(next).equals(word);
    }

    /** What is before a bar is the last operand of what is after it. */
    Expression pipeline() {
      Expression value = command(List.of());
      while (at("|")) {
        next++;
        value = command(List.of(value));
      }
      return value;
    }

    private Expression command(List<Expression> last) {
      String word = words.get(next);
      boolean function = Character.isLetter(word.charAt(0)) || word.equals(".Files.Get");
      if (!function) {
        return operand();
      }
      next++;
      List<Expression> operands = new ArrayList<>();
      while (!ended() && !at("|") && !at(")")) {
        operands.add(operand());
      }
      operands.addAll(last);
      return new Call(word, operands);
    }

    private Expression operand() {
      String word = words.get(next++);
      if (word.equals("(")) {
        Expression inner = pipeline();
        next++;
        return inner;
      }
      return switch (word.charAt(0)) {
        case '"' -> new Literal(unquoted(word));
        case '`' -> new Literal(word.substring(1, word.length() - 1));
        case '.' ->
            new Path(word.equals(".") ? List.of() : List.of(word.substring(1).split("\\.", -1)));
        default -> {
          if (!word.matches("\\d+")) {
            throw new IllegalStateException("the chart has the operand " + word);
          }
          yield new Literal(word);
        }
      };
    }

    private static String unquoted(String word) {
      return word.substring(1, word.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
    }
  }
}
