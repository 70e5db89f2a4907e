package dev.naru.spec.signed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON that decides about trust, without data binding: objects, lists, texts, whole numbers and
 * truths; no key twice, nothing after it.
 */
final class SignedJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(20).maxNumberLength(20).build())
          .build();

  private SignedJson() {}

  static Map<?, ?> object(byte[] bytes, String what) throws IOException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      parser.nextToken();
      if (value(parser) instanceof Map<?, ?> object && parser.nextToken() == null) {
        return object;
      }
    } catch (IOException | IllegalStateException _) {
      // Below: what exactly is wrong with it says nothing to who must sign it again.
    }
    throw new IOException(what + " is no JSON object that is read here");
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          parser.nextToken();
          object.put(key, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
      case null, default -> throw new IllegalStateException("unexpected " + token);
    };
  }

  static Map<?, ?> object(Map<?, ?> in, String key) throws IOException {
    if (in.get(key) instanceof Map<?, ?> object) {
      return object;
    }
    throw new IOException("expected an object " + key);
  }

  static List<?> list(Map<?, ?> in, String key) throws IOException {
    if (in.get(key) instanceof List<?> list) {
      return list;
    }
    throw new IOException("expected a list " + key);
  }

  /** The only entry of a list. */
  static Map<?, ?> single(Map<?, ?> in, String key) throws IOException {
    if (list(in, key).size() == 1 && list(in, key).getFirst() instanceof Map<?, ?> one) {
      return one;
    }
    throw new IOException("expected exactly one entry of " + key);
  }

  static String text(Map<?, ?> in, String key) throws IOException {
    if (in.get(key) instanceof String text) {
      return text;
    }
    throw new IOException("expected a text " + key);
  }

  static void exactly(Map<?, ?> in, String key, Object expected) throws IOException {
    Object found = in.get(key);
    if (!expected.equals(found)) {
      String shown = String.valueOf(found);
      throw new IOException(
          "expected %s %s, found %s"
              .formatted(
                  key,
                  expected,
                  found == null ? "none" : shown.length() > 100 ? shown.substring(0, 100) : shown));
    }
  }

  /** Of the standard alphabet, in the one spelling that these bytes have. */
  static byte[] base64(Map<?, ?> in, String key) throws IOException {
    String text = text(in, key);
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // Below.
    }
    throw new IOException(key + " is no base64");
  }
}
