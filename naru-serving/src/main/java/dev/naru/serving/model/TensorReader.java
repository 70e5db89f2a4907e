package dev.naru.serving.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the tensors of one request into one array. */
final class TensorReader {
  private static final Set<String> NUMERIC =
      Set.of(
          "FP64", "FP32", "INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32", "UINT16", "UINT8",
          "BOOL");

  private final JsonParser parser;
  private final Problems problems;
  private float[] values = new float[64];
  private int count;
  private boolean numbers;
  private boolean truths;

  TensorReader(JsonParser parser, Problems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  float[] values() {
    return values;
  }

  /**
   * Reads the object that the parser stands at the start of; null where it is no tensor, which is a
   * problem noted.
   */
  @Nullable Tensor read(int number) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      problems.add("inputs[" + number + "] is not an object");
      parser.skipChildren();
      return null;
    }
    String name = null;
    String datatype = null;
    long[] shape = null;
    int from = count;
    boolean data = false;
    numbers = false;
    truths = false;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      switch (key) {
        case "name" -> name = text(token, number, key);
        case "datatype" -> datatype = text(token, number, key);
        case "shape" -> shape = shape(token, number);
        case "data" -> {
          data = true;
          data(token, number);
        }
        case "parameters" -> parser.skipChildren();
        default -> {
          problems.add("inputs[" + number + "] has an unknown key '" + key + "'");
          parser.skipChildren();
        }
      }
    }
    if (name == null || datatype == null || shape == null || !data) {
      problems.add("inputs[" + number + "] needs name, shape, datatype and data");
      return null;
    }
    Tensor tensor = new Tensor(name, shape, from, count - from);
    check(tensor, datatype);
    return tensor;
  }

  private void check(Tensor tensor, String datatype) {
    if (!NUMERIC.contains(datatype)) {
      problems.add(
          "tensor '%s' has the datatype %s; a column is FP64, FP32, INT8 to INT64, UINT8 to UINT64 or BOOL"
              .formatted(tensor.name(), datatype));
    } else if (datatype.equals("BOOL") ? numbers : truths) {
      problems.add("the data of tensor '%s' is not %s".formatted(tensor.name(), datatype));
    }
    long expected = 1;
    for (long size : tensor.shape()) {
      // Sizes are at most 2^31, and three are more than any request holds.
      expected = Math.min(expected * size, Integer.MAX_VALUE);
    }
    if (expected != tensor.count()) {
      problems.add(
          "tensor '%s' has the shape %s and %d values"
              .formatted(tensor.name(), tensor.shapeText(), tensor.count()));
    }
  }

  private @Nullable String text(JsonToken token, int number, String key) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    problems.add("inputs[" + number + "]." + key + " is not a string");
    parser.skipChildren();
    return null;
  }

  private long @Nullable [] shape(JsonToken start, int number) throws IOException {
    long[] shape = new long[4];
    int dimensions = 0;
    boolean good = start == JsonToken.START_ARRAY;
    if (good) {
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NUMBER_INT && dimensions < shape.length) {
          long size =
              parser.getNumberType() == JsonParser.NumberType.INT ? parser.getIntValue() : -1;
          good &= size >= 0;
          shape[dimensions++] = size;
        } else {
          good = false;
          parser.skipChildren();
        }
      }
    } else {
      parser.skipChildren();
    }
    if (!good || dimensions == 0) {
      problems.add("inputs[" + number + "].shape is not an array of 1 to 4 sizes");
      return null;
    }
    return Arrays.copyOf(shape, dimensions);
  }

  private void data(JsonToken start, int number) throws IOException {
    if (start != JsonToken.START_ARRAY) {
      problems.add("inputs[" + number + "].data is not an array");
      parser.skipChildren();
      return;
    }
    boolean odd = false;
    for (int depth = 1; depth > 0; ) {
      switch (parser.nextToken()) {
        case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> {
          numbers = true;
          number();
        }
        case VALUE_NULL -> append(Float.NaN);
        case VALUE_TRUE -> truth(1);
        case VALUE_FALSE -> truth(0);
        case START_ARRAY -> depth++;
        case END_ARRAY -> depth--;
        default -> {
          odd = true;
          parser.skipChildren();
        }
      }
    }
    if (odd) {
      problems.add(
          "inputs[" + number + "].data holds something else than numbers, true, false and null");
    }
  }

  private void number() throws IOException {
    float value = (float) parser.getDoubleValue();
    if (Float.isInfinite(value)) {
      problems.add(
          "the number "
              + parser.getText()
              + " is out of range; a model compares in single precision");
    }
    append(value);
  }

  private void truth(float value) {
    truths = true;
    append(value);
  }

  private void append(float value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }
}
