package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.server.json.Json;
import dev.naru.spec.reading.Problem;
import java.util.List;

/** Errors as the API answers them. */
final class Problems {
  private Problems() {}

  static ObjectNode body(String code, String message) {
    return Json.object().put("code", code).put("message", message);
  }

  static ObjectNode body(NaruException e) {
    return body(e.code().name(), String.valueOf(e.getMessage()));
  }

  static ObjectNode body(List<Problem> problems) {
    ObjectNode body =
        body(
            NaruException.Code.INVALID.name(),
            "%d problem%s; nothing was started"
                .formatted(problems.size(), problems.size() == 1 ? "" : "s"));
    ArrayNode list = body.putArray("problems");
    for (Problem problem : problems) {
      list.addObject()
          .put("file", problem.file())
          .put("line", problem.line())
          .put("column", problem.column())
          .put("path", problem.path())
          .put("message", problem.message());
    }
    return body;
  }
}
