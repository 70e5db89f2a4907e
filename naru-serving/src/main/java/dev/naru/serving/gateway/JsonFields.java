package dev.naru.serving.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object being taken apart strictly: every problem is noted with its path, and what is not
 * taken is one.
 */
final class JsonFields {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(20)
                  .maxStringLength(4096)
                  .maxNameLength(256)
                  .maxNumberLength(20)
                  .build())
          .build();

  private final Map<?, ?> rest;
  private final String path;
  private final List<String> problems;

  private JsonFields(Map<?, ?> rest, String path, List<String> problems) {
    this.rest = rest;
    this.path = path;
    this.problems = problems;
  }

  /** Parses an object; one that is not valid JSON is a problem and reads as empty. */
  static JsonFields parse(byte[] json, List<String> problems) {
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) {
        problems.add("something follows the JSON object");
      }
      if (value instanceof Map<?, ?> map) {
        return new JsonFields(map, "", problems);
      }
      problems.add("not a JSON object");
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      problems.add("not valid JSON" + where + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      problems.add("cannot be read: " + e.getMessage());
    }
    return new JsonFields(new LinkedHashMap<>(), "", problems);
  }

  /** The value that begins at the parser's token: maps, lists, texts, numbers, truths, null. */
  static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          parser.nextToken();
          map.put(key, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  String path() {
    return path;
  }

  void problem(String key, String text) {
    problems.add(path + key + ": " + text);
  }

  boolean has(String key) {
    return rest.containsKey(key) && rest.get(key) != null;
  }

  String text(String key) {
    Object value = rest.remove(key);
    if (value instanceof String text) {
      return text;
    }
    problem(key, "expected a string, found " + value);
    return "";
  }

  long number(String key, long least, long most) {
    Object value = rest.remove(key);
    if (value instanceof Long number && number >= least && number <= most) {
      return number;
    }
    problem(key, "expected a whole number from " + least + " to " + most + ", found " + value);
    return least;
  }

  boolean truth(String key, boolean otherwise) {
    Object value = rest.containsKey(key) ? rest.remove(key) : Boolean.valueOf(otherwise);
    if (value instanceof Boolean truth) {
      return truth;
    }
    problem(key, "expected true or false, found " + value);
    return otherwise;
  }

  /** Takes a field without a look at it. */
  void skip(String key) {
    rest.remove(key);
  }

  JsonFields object(String key) {
    return child(rest.remove(key), key);
  }

  List<JsonFields> objects(String key) {
    Object value = rest.remove(key);
    List<JsonFields> out = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        out.add(child(list.get(i), key + "[" + i + "]"));
      }
    } else {
      problem(key, "expected an array, found " + value);
    }
    return out;
  }

  private JsonFields child(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return new JsonFields(map, path + name + ".", problems);
    }
    problem(name, "expected an object, found " + value);
    return new JsonFields(new LinkedHashMap<>(), path + name + ".", problems);
  }

  /** Notes every field that nobody took. */
  void end() {
    for (Object key : rest.keySet()) {
      problem(String.valueOf(key), "unknown key");
    }
  }
}
