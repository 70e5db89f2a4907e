package dev.naru.image.trust;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.image.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/**
 * JSON that decides about trust: one object with nothing after it, no key twice, no unknown key
 * where that could mean something, names in exactly this case, base64 of the standard alphabet.
 */
final class Strict {
  private static final ObjectReader READER =
      Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Strict() {}

  static ObjectNode object(byte[] bytes, String what) throws Malformed {
    try {
      if (READER.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new Malformed(what + " is no JSON object");
    } catch (IOException e) {
      throw new Malformed(what + " is no JSON that is read here");
    }
  }

  static ObjectNode object(JsonNode in, String key) throws Malformed {
    if (in.get(key) instanceof ObjectNode object) {
      return object;
    }
    throw new Malformed("expected an object " + key);
  }

  /** The only entry of a list. */
  static ObjectNode single(JsonNode in, String key) throws Malformed {
    if (in.get(key) instanceof ArrayNode list
        && list.size() == 1
        && list.get(0) instanceof ObjectNode one) {
      return one;
    }
    throw new Malformed("expected exactly one entry of " + key);
  }

  static String text(JsonNode in, String key) throws Malformed {
    JsonNode value = in.get(key);
    if (value == null || !value.isTextual()) {
      throw new Malformed("expected a text " + key);
    }
    return value.textValue();
  }

  static void exactly(JsonNode in, String key, List<String> expected) throws Malformed {
    String found = text(in, key);
    if (!expected.contains(found)) {
      throw new Malformed(
          "expected "
              + key
              + " "
              + String.join(" or ", expected)
              + ", found "
              + (found.length() > 100 ? found.substring(0, 100) + "…" : found));
    }
  }

  static byte[] base64(JsonNode in, String key) throws Malformed {
    return base64(text(in, key), key);
  }

  static byte[] base64(String text, String what) throws Malformed {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes; // and not another text that a lenient reader takes for the same bytes
      }
    } catch (IllegalArgumentException _) {
      // Below.
    }
    throw new Malformed(what + " is no base64");
  }

  static void only(ObjectNode in, List<String> keys) throws Malformed {
    for (var entry : in.properties()) {
      if (!keys.contains(entry.getKey())) {
        String key = entry.getKey();
        throw new Malformed(
            "unknown key " + (key.length() > 100 ? key.substring(0, 100) + "…" : key));
      }
    }
  }
}
