package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.server.json.Json;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.Problem;
import dev.naru.spec.reading.ProjectReader;
import java.util.stream.Collectors;

/**
 * Answers an AdmissionReview ({@code admission.k8s.io/v1}) of one custom resource: allowed, or
 * refused with every problem of it in the reader's words. Pure.
 */
final class Judge {
  private static final int INVALID = 422;

  private Judge() {}

  /**
   * The answer.
   *
   * @throws IllegalArgumentException where it is no review
   */
  static ObjectNode review(JsonNode review) {
    JsonNode request = review.path("request");
    if (!request.path("uid").isTextual()
        || (!request.path("object").isObject() && !request.path("oldObject").isObject())) {
      throw new IllegalArgumentException("expected an AdmissionReview with an object");
    }
    ObjectNode answer = Json.object();
    answer.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode response = answer.putObject("response").put("uid", request.path("uid").asText());
    if (!spec(request)) {
      response.put("allowed", true);
      return answer;
    }
    switch (ProjectReader.fromJson(wanted(request.path("object")))) {
      case Decoding.Decoded _ -> response.put("allowed", true);
      case Decoding.Undecodable(var problems) ->
          response
              .put("allowed", false)
              .putObject("status")
              .put("code", INVALID)
              .put("reason", "Invalid")
              .put(
                  "message",
                  problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    }
    return answer;
  }

  /** Whether it is about what the reader reads: not a removal, a scale, or a word beside. */
  private static boolean spec(JsonNode request) {
    JsonNode object = request.path("object");
    return object.isObject()
        && request.path("subResource").asText().isEmpty()
        && !object.path("spec").equals(request.path("oldObject").path("spec"));
  }

  /** What somebody wants of it, without what the API server and others keep beside. */
  private static ObjectNode wanted(JsonNode object) {
    ObjectNode document = Json.object();
    document.set("apiVersion", object.path("apiVersion"));
    document.set("kind", object.path("kind"));
    document.putObject("metadata").set("name", object.path("metadata").path("name"));
    document.set("spec", object.path("spec"));
    return document;
  }
}
