package dev.naru.serving.model;

import dev.naru.serving.http.JsonText;
import dev.naru.serving.tree.TreeModel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.BooleanSupplier;

/**
 * The addresses of the Open Inference Protocol V2 (REST) for one model: what is asked is given as
 * text and bytes, so that the same code answers connections, warms up and is tested.
 */
final class V2Api {
  private final ServedModel model;
  private final InferReader reader;
  private final BooleanSupplier ready;
  private final String base;
  private final String answerStart;

  V2Api(ServedModel model, BooleanSupplier ready) {
    this.model = model;
    this.ready = ready;
    this.reader = new InferReader(model.tree().features());
    this.base = "/v2/models/" + model.name();
    StringBuilder start = new StringBuilder("{\"model_name\":");
    JsonText.quote(start, model.name()).append(",\"model_version\":");
    this.answerStart = JsonText.quote(start, model.version()).toString();
  }

  /**
   * @param path without query
   * @param contentType as sent, empty where absent
   */
  Answer answer(String method, String path, String contentType, byte[] body) {
    return switch (path) {
      case "/v2", "/v2/" ->
          get(method, path, "{\"name\":\"naru\",\"version\":\"0.1.0\",\"extensions\":[]}");
      case "/v2/health/live" -> get(method, path, "{\"live\":true}");
      case "/v2/health/ready" -> readiness(method, path, "{\"ready\":");
      default ->
          path.startsWith("/v2/models/") ? ofModel(method, path, contentType, body) : unknown(path);
    };
  }

  private Answer ofModel(String method, String path, String contentType, byte[] body) {
    String wanted = path.substring("/v2/models/".length());
    int end = wanted.indexOf('/');
    if (!(end < 0 ? wanted : wanted.substring(0, end)).equals(model.name())) {
      return Answer.error(
          HttpResponseStatus.NOT_FOUND,
          "unknown model '%s'; this server has '%s', version %s"
              .formatted(
                  end < 0 ? wanted : wanted.substring(0, end), model.name(), model.version()));
    }
    String rest = path.substring(base.length());
    if (rest.startsWith("/versions/")) {
      String after = rest.substring("/versions/".length());
      int slash = after.indexOf('/');
      String version = slash < 0 ? after : after.substring(0, slash);
      if (!version.equals(model.version())) {
        return Answer.error(
            HttpResponseStatus.NOT_FOUND,
            "model '%s' has no version %s here; this server has version %s"
                .formatted(model.name(), version, model.version()));
      }
      rest = slash < 0 ? "" : after.substring(slash);
    }
    return switch (rest) {
      case "" -> get(method, path, metadata());
      case "/ready" -> readiness(method, path, modelReadyStart());
      case "/infer" -> infer(method, contentType, body);
      default -> unknown(path);
    };
  }

  private static Answer unknown(String path) {
    return Answer.error(
        HttpResponseStatus.NOT_FOUND,
        "unknown path " + path + "; this server speaks the Open Inference Protocol V2");
  }

  private static Answer get(String method, String path, String json) {
    return method.equals("GET") || method.equals("HEAD")
        ? Answer.ok(json)
        : Answer.notAllowed("GET, HEAD", path + " answers GET, not " + method);
  }

  private Answer readiness(String method, String path, String start) {
    boolean now = ready.getAsBoolean();
    Answer answer = get(method, path, start + now + "}");
    return now || !answer.status().equals(HttpResponseStatus.OK)
        ? answer
        : new Answer(HttpResponseStatus.SERVICE_UNAVAILABLE, answer.json(), "");
  }

  private String modelReadyStart() {
    return JsonText.quote(new StringBuilder("{\"name\":"), model.name())
        .append(",\"ready\":")
        .toString();
  }

  private String metadata() {
    TreeModel tree = model.tree();
    StringBuilder out = new StringBuilder("{\"name\":");
    JsonText.quote(out, model.name()).append(",\"versions\":[");
    JsonText.quote(out, model.version()).append("],\"platform\":\"xgboost\",\"inputs\":[");
    String separator = "";
    for (String column : tree.features()) {
      JsonText.quote(out.append(separator).append("{\"name\":"), column)
          .append(",\"datatype\":\"FP64\",\"shape\":[-1]}");
      separator = ",";
    }
    out.append(
        "],\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP64\",\"shape\":[-1]}],\"parameters\":{\"objective\":");
    JsonText.quote(out, tree.objective());
    return out.append(",\"trees\":")
        .append(tree.trees())
        .append(",\"max_rows\":")
        .append(reader.maxRows())
        .append("}}")
        .toString();
  }

  private Answer infer(String method, String contentType, byte[] body) {
    if (!method.equals("POST")) {
      return Answer.notAllowed("POST", "infer answers POST, not " + method);
    }
    if (!isJson(contentType)) {
      return Answer.error(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          "the body is "
              + contentType
              + "; send application/json (the binary extension is not supported)");
    }
    try {
      return Answer.ok(scores(reader.read(body)));
    } catch (InvalidRequestException e) {
      return Answer.error(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isJson(String contentType) {
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).trim();
    // The second is what curl -d says of any body; a body that is not JSON is refused by its
    // contents.
    return type.isEmpty()
        || type.equalsIgnoreCase("application/json")
        || type.equalsIgnoreCase("application/x-www-form-urlencoded");
  }

  private String scores(InferRequest request) {
    StringBuilder out = new StringBuilder(160 + 20 * request.rows()).append(answerStart);
    if (request.id() != null) {
      JsonText.quote(out.append(",\"id\":"), request.id());
    }
    out.append(",\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP64\",\"shape\":[")
        .append(request.rows());
    out.append("],\"data\":[");
    int width = model.tree().features().size();
    for (int i = 0; i < request.rows(); i++) {
      if (i > 0) {
        out.append(',');
      }
      double score = model.tree().score(request.values(), i * width);
      if (Double.isFinite(score)) {
        out.append(score);
      } else {
        out.append("null"); // exp of a margin above 709 (count:poisson); JSON has no word for it.
      }
    }
    return out.append("]}]}").toString();
  }
}
