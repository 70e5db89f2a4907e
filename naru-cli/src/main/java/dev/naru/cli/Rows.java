package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows as requests of the Open Inference Protocol V2: one tensor a column, of shape {@code [rows]};
 * an absent column and null are missing.
 *
 * @param many whether an array is to be answered
 * @param bodies requests of at most {@value #ROWS_A_REQUEST} rows
 */
record Rows(boolean many, List<JsonNode> bodies) {
  private static final int ROWS_A_REQUEST = 1000;

  static Rows of(JsonNode given) {
    if (given.isObject() && given.path("inputs").isArray()) {
      return new Rows(rowsOf(given) != 1, List.of(given));
    }
    if (given.isObject()) {
      return new Rows(false, List.of(body(List.of(given), 0)));
    }
    if (!given.isArray() || given.isEmpty()) {
      throw CommandException.usage(
          "cannot score: expected a row such as {\"amount\": 12.5}, an array of rows or a V2 body");
    }
    List<JsonNode> rows = new ArrayList<>();
    given.forEach(rows::add);
    List<JsonNode> bodies = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += ROWS_A_REQUEST) {
      bodies.add(body(rows.subList(from, Math.min(rows.size(), from + ROWS_A_REQUEST)), from));
    }
    return new Rows(true, bodies);
  }

  private static long rowsOf(JsonNode v2) {
    return v2.path("inputs").path(0).path("shape").path(0).asLong(1);
  }

  private static JsonNode body(List<JsonNode> rows, int first) {
    Set<String> columns = new LinkedHashSet<>();
    for (JsonNode row : rows) {
      row.fieldNames().forEachRemaining(columns::add);
    }
    ObjectNode body = Json.object();
    ArrayNode inputs = body.putArray("inputs");
    for (String column : columns) {
      ObjectNode input = inputs.addObject().put("name", column);
      input.putArray("shape").add(rows.size());
      input.put("datatype", "FP64");
      ArrayNode data = input.putArray("data");
      for (int i = 0; i < rows.size(); i++) {
        data.add(value(rows.get(i), column, first + i));
      }
    }
    if (columns.isEmpty()) {
      throw CommandException.usage("cannot score: the row has no columns");
    }
    return body;
  }

  private static JsonNode value(JsonNode row, String column, int index) {
    if (!row.isObject()) {
      throw CommandException.usage(
          "cannot score: row " + index + " is no object of columns but " + Json.line(row));
    }
    JsonNode value = row.path(column);
    if (value.isMissingNode() || value.isNull()) {
      return Json.NODES.nullNode();
    }
    if (value.isBoolean()) {
      return Json.NODES.numberNode(value.booleanValue() ? 1 : 0);
    }
    if (!value.isNumber()) {
      throw CommandException.usage(
          "cannot score: column '"
              + column
              + "' of row "
              + index
              + " is "
              + Json.line(value)
              + "; expected a number, true, false or null");
    }
    return value;
  }

  /** One object for each score of an answer. */
  static List<ObjectNode> scores(String name, JsonNode answer) {
    JsonNode output = answer.path("outputs").path(0);
    for (JsonNode candidate : answer.path("outputs")) {
      if (candidate.path("name").asText().equals("score")) {
        output = candidate;
      }
    }
    List<ObjectNode> scores = new ArrayList<>();
    for (JsonNode score : output.path("data")) {
      ObjectNode one = Json.object().put("name", name);
      ObjectNode model = one.putObject("model").put("name", answer.path("model_name").asText(name));
      String version = answer.path("model_version").asText("");
      if (version.matches("[0-9]{1,9}")) {
        model.put("version", Integer.parseInt(version));
      } else if (!version.isEmpty()) {
        model.put("version", version);
      }
      one.set("score", score);
      scores.add(one);
    }
    if (scores.isEmpty()) {
      throw CommandException.failed(
          "cannot score with "
              + name
              + ": the answer has no outputs[0].data: "
              + Json.line(answer));
    }
    return scores;
  }
}
