package dev.naru.serving.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.naru.serving.http.Nearest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an infer request (Open Inference Protocol V2, REST, "Inference Request JSON
 * Object").
 *
 * <p>Inputs are columns by name, each of shape [n] or [n, 1]; or a single tensor of shape [n,
 * columns] whose name is no column's. A column that is absent and a value that is null are missing.
 */
final class InferReader {
  /** Rows of one request. */
  static final int MAX_ROWS = 4096;

  /** Rows times columns of one request. */
  static final int MAX_CELLS = 1 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(20)
                  .maxStringLength(4096)
                  .maxNameLength(4096)
                  .maxNumberLength(100)
                  .build())
          .build();

  private final List<String> columns;
  private final Map<String, Integer> places = new HashMap<>();
  private final int maxRows;

  InferReader(List<String> columns) {
    this.columns = columns;
    for (int i = 0; i < columns.size(); i++) {
      places.put(columns.get(i), i);
    }
    maxRows = Math.min(MAX_ROWS, MAX_CELLS / columns.size());
  }

  /** The most rows of one request to this model. */
  int maxRows() {
    return maxRows;
  }

  InferRequest read(byte[] body) throws InvalidRequestException {
    Problems problems = new Problems();
    try (JsonParser parser = JSON.createParser(body)) {
      return new Reading(parser, problems).request();
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new InvalidRequestException(
          "the body is not valid JSON" + where + ": " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new InvalidRequestException("the body cannot be read: " + e.getMessage());
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /** The reading of one body. */
  private final class Reading {
    private final JsonParser parser;
    private final Problems problems;
    private final TensorReader tensorReader;
    private final List<Tensor> tensors = new ArrayList<>();
    private @Nullable String id;

    Reading(JsonParser parser, Problems problems) {
      this.parser = parser;
      this.problems = problems;
      this.tensorReader = new TensorReader(parser, problems);
    }

    InferRequest request() throws IOException, InvalidRequestException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidRequestException("the body is not a JSON object with 'inputs'");
      }
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        field(key, parser.nextToken());
      }
      if (parser.nextToken() != null) {
        problems.add("something follows the JSON object");
      }
      problems.throwIfAny();
      if (tensors.isEmpty()) {
        throw new InvalidRequestException(
            "'inputs' is missing or empty; give one tensor for each column, such as '"
                + columns.getFirst()
                + "'");
      }
      return assemble();
    }

    private void field(String key, JsonToken token) throws IOException {
      switch (key) {
        case "id" -> {
          if (token == JsonToken.VALUE_STRING) {
            id = parser.getText();
          } else {
            problems.add("'id' is not a string");
            parser.skipChildren();
          }
        }
        case "inputs" -> inputs(token);
        case "outputs" -> outputs(token);
        case "parameters" -> parser.skipChildren();
        default -> {
          problems.add(
              "unknown key '"
                  + key
                  + "'"
                  + Nearest.hint(key, List.of("id", "inputs", "outputs", "parameters")));
          parser.skipChildren();
        }
      }
    }

    private void inputs(JsonToken token) throws IOException {
      if (token != JsonToken.START_ARRAY) {
        problems.add("'inputs' is not an array");
        parser.skipChildren();
        return;
      }
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        Tensor tensor = tensorReader.read(i);
        if (tensor != null) {
          tensors.add(tensor);
        }
      }
    }

    private void outputs(JsonToken token) throws IOException {
      if (token != JsonToken.START_ARRAY) {
        problems.add("'outputs' is not an array");
        parser.skipChildren();
        return;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          problems.add("'outputs' holds something else than objects");
          parser.skipChildren();
          continue;
        }
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          if (parser.nextToken() == JsonToken.VALUE_STRING
              && key.equals("name")
              && !parser.getText().equals("score")) {
            problems.add("unknown output '" + parser.getText() + "'; the model has one, 'score'");
          }
          parser.skipChildren();
        }
      }
    }

    private InferRequest assemble() throws InvalidRequestException {
      Tensor first = tensors.getFirst();
      boolean table =
          tensors.size() == 1 && first.shape().length == 2 && !places.containsKey(first.name());
      long rows = table ? first.shape()[0] : first.rowsOfColumn();
      if (table && first.shape()[1] != columns.size()) {
        problems.add(
            "tensor '%s' has the shape %s; a table of all columns has the shape [n, %d]%s"
                .formatted(
                    first.name(),
                    first.shapeText(),
                    columns.size(),
                    Nearest.hint(first.name(), columns)));
      }
      if (rows == 0 || rows > maxRows) {
        problems.add("the request has " + rows + " rows; 1 to " + maxRows + " are allowed");
      }
      if (!table) {
        checkColumns(rows);
      }
      problems.throwIfAny();
      float[] sent = tensorReader.values();
      int width = columns.size();
      if (table) {
        return new InferRequest(id, (int) rows, sent);
      }
      float[] values = new float[(int) rows * width];
      if (tensors.size() < width) {
        Arrays.fill(values, Float.NaN);
      }
      for (Tensor tensor : tensors) {
        int at = places.getOrDefault(tensor.name(), 0);
        for (int i = 0; i < rows; i++) {
          values[i * width + at] = sent[tensor.from() + i];
        }
      }
      return new InferRequest(id, (int) rows, values);
    }

    private void checkColumns(long rows) {
      boolean[] seen = new boolean[columns.size()];
      for (Tensor tensor : tensors) {
        Integer place = places.get(tensor.name());
        if (place == null) {
          problems.add(
              "unknown column '" + tensor.name() + "'" + Nearest.hint(tensor.name(), columns));
          continue;
        }
        if (seen[place]) {
          problems.add("column '" + tensor.name() + "' is given twice");
        }
        seen[place] = true;
        if (tensor.rowsOfColumn() < 0) {
          problems.add(
              "column '%s' has the shape %s; a column has [n] or [n, 1]"
                  .formatted(tensor.name(), tensor.shapeText()));
        } else if (tensor.rowsOfColumn() != rows) {
          problems.add(
              "column '%s' has %d rows, the first one has %d"
                  .formatted(tensor.name(), tensor.rowsOfColumn(), rows));
        }
      }
    }
  }
}
