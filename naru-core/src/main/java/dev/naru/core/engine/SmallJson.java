package dev.naru.core.engine;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The few JSON objects that workloads write: within limits, no key twice, nothing after them. */
final class SmallJson {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();

  private SmallJson() {}

  /**
   * Reads one object; whole numbers become Long where they fit, all others Double or BigInteger.
   *
   * @throws IllegalArgumentException in words, when it is anything else
   */
  static Map<String, Object> object(String json) {
    try {
      Map<String, Object> object = MAPPER.readValue(json, OBJECT);
      if (object == null) {
        throw new IllegalArgumentException("expected an object, found null");
      }
      return object;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** A finite number; null where the value is none. */
  static @Nullable Double number(@Nullable Object value) {
    return value instanceof Number n && Double.isFinite(n.doubleValue()) ? n.doubleValue() : null;
  }
}
