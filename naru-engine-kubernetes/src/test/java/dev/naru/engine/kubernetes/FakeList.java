package dev.naru.engine.kubernetes;

import dev.naru.engine.kubernetes.FakeApi.Answer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The list of images as an API server has it: it writes down what is asked and changes nothing. */
final class FakeList {
  private static final String PATH =
      "/apis/naru.dev/v1alpha1/namespaces/naru-system/verifiedimages";

  /** Bodies of patches, and "made". */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private volatile Optional<String> there = Optional.empty();
  private volatile boolean changedMeanwhile;

  /**
   * Has a list from now on.
   *
   * @param data inside of a JSON object
   */
  void has(String data) {
    there = Optional.of(list(data));
  }

  void hasNone() {
    there = Optional.empty();
  }

  /** It answers with something else than a list. */
  void isBroken() {
    there = Optional.of("{");
  }

  /** What names a version of it comes too late. */
  void wasChangedMeanwhile() {
    changedMeanwhile = true;
  }

  private static String list(String data) {
    return """
    {"apiVersion": "naru.dev/v1alpha1", "kind": "VerifiedImages",
     "metadata": {"name": "naru-images", "namespace": "naru-system", "resourceVersion": "7",
                  "annotations": {"naru.dev/rules": "one"}},
     "data": {%s}}\
    """
        .formatted(data);
  }

  Answer answer(FakeApi.Request request) {
    return switch (request.what()) {
      case "GET /apis/naru.dev/v1alpha1" ->
          Answer.of(
              """
              {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "naru.dev/v1alpha1",
               "resources": [{"name": "verifiedimages", "kind": "VerifiedImages",
                              "namespaced": true, "verbs": ["get", "patch", "create"]}]}\
              """);
      case "GET " + PATH + "/naru-images" ->
          there.map(Answer::of).orElse(Answer.no(404, "NotFound"));
      case "PATCH " + PATH + "/naru-images" -> {
        asked.add(request.body());
        yield changedMeanwhile
            ? Answer.no(409, "Conflict")
            : there.map(Answer::of).orElse(Answer.no(404, "NotFound"));
      }
      case "POST " + PATH -> {
        asked.add("made");
        has("");
        yield new Answer(201, list(""));
      }
      default -> Answer.no(500, "not expected: " + request.what());
    };
  }

  /**
   * A patch of its entries, as it is asked for.
   *
   * @param data inside of a JSON object
   */
  static String patch(String data) {
    return "{\"metadata\":{\"annotations\":{\"naru.dev/rules\":null}},\"data\":{" + data + "}}";
  }

  /** A patch that says by which rules it is good. */
  static String good(String rules) {
    return "{\"metadata\":{\"resourceVersion\":\"7\",\"annotations\":{\"naru.dev/rules\":\""
        + rules
        + "\"}}}";
  }
}
