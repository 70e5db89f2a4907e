package dev.naru.serving.tree;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The JSON form of a model document (RFC 8259; NaN and Infinity are refused). */
final class JsonSource implements ModelSource {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(ModelLimits.DEPTH)
                  .maxStringLength(ModelLimits.STRING_BYTES)
                  .maxNameLength(ModelLimits.STRING_BYTES)
                  .maxNumberLength(100)
                  .build())
          .build();

  private final JsonParser parser;

  JsonSource(InputStream in) throws IOException {
    parser = FACTORY.createParser(in);
  }

  @Override
  public void beginObject() throws IOException {
    expect(next(), JsonToken.START_OBJECT, "an object");
  }

  @Override
  public @Nullable String nextKey() throws IOException {
    return next() == JsonToken.FIELD_NAME ? parser.currentName() : null;
  }

  @Override
  public void beginArray() throws IOException {
    expect(next(), JsonToken.START_ARRAY, "an array");
  }

  @Override
  public boolean nextElement() throws IOException {
    // An element is read by the method called next; it starts from the token after this one.
    JsonToken token = next();
    if (token == JsonToken.END_ARRAY) {
      return false;
    }
    held = token;
    return true;
  }

  private @Nullable JsonToken held;

  private JsonToken next() throws IOException {
    JsonToken token = held;
    held = null;
    if (token != null) {
      return token;
    }
    try {
      token = parser.nextToken();
    } catch (JsonProcessingException e) {
      throw damaged(e);
    }
    if (token == null) {
      throw new ModelFormatException("the JSON ends early");
    }
    return token;
  }

  @Override
  public String string() throws IOException {
    expect(next(), JsonToken.VALUE_STRING, "a string");
    try {
      return parser.getText();
    } catch (JsonProcessingException e) {
      throw damaged(e);
    }
  }

  @Override
  public int[] ints(int max) throws IOException {
    beginArray();
    int[] out = new int[16];
    int n = 0;
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      if (n == max) {
        throw tooMany(max);
      }
      if (n == out.length) {
        out = Arrays.copyOf(out, 2 * n);
      }
      out[n++] = integer(token);
    }
    return Arrays.copyOf(out, n);
  }

  private int integer(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE ? 1 : 0;
    }
    expect(token, JsonToken.VALUE_NUMBER_INT, "a whole number");
    try {
      return parser.getIntValue();
    } catch (JsonProcessingException e) {
      throw damaged(e);
    }
  }

  @Override
  public float[] floats(int max) throws IOException {
    beginArray();
    float[] out = new float[16];
    int n = 0;
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      if (n == max) {
        throw tooMany(max);
      }
      if (n == out.length) {
        out = Arrays.copyOf(out, 2 * n);
      }
      if (token != JsonToken.VALUE_NUMBER_FLOAT) {
        expect(token, JsonToken.VALUE_NUMBER_INT, "a number");
      }
      // From the text, because a way over double would round twice.
      out[n++] = Float.parseFloat(parser.getText());
    }
    return Arrays.copyOf(out, n);
  }

  @Override
  public void skip() throws IOException {
    next();
    try {
      parser.skipChildren();
    } catch (JsonProcessingException e) {
      throw damaged(e);
    }
  }

  @Override
  public void end() throws IOException {
    try {
      if (parser.nextToken() != null) {
        throw new ModelFormatException("something follows the model's JSON");
      }
    } catch (JsonProcessingException e) {
      throw damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  private void expect(JsonToken found, JsonToken wanted, String words) throws ModelFormatException {
    if (found != wanted) {
      var at = parser.currentLocation();
      throw new ModelFormatException(
          "expected %s at line %d, column %d, found %s"
              .formatted(
                  words,
                  at.getLineNr(),
                  at.getColumnNr(),
                  found.asString() == null ? found : found.asString()));
    }
  }

  private static ModelFormatException tooMany(int max) {
    return new ModelFormatException("an array has more than " + max + " elements");
  }

  private static ModelFormatException damaged(JsonProcessingException e) {
    var at = e.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    ModelFormatException wrapped =
        new ModelFormatException("not valid JSON" + where + ": " + e.getOriginalMessage());
    wrapped.initCause(e);
    return wrapped;
  }
}
