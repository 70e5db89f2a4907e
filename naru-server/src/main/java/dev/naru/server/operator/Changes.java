package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.store.AuditEntry;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an AdmissionReview of one custom resource says of who asks for what, for the audit. Pure. An
 * entry's detail is {@code name=value} words: {@code generation}, which of the resource it is, and
 * {@code changed}, the fields of its spec; for a scale the {@code replicas}.
 */
final class Changes {
  private static final int MOST_FIELDS = 20;

  /** The word of an entry that says which generation of a resource it is about. */
  static final String GENERATION = "generation=";

  /** The word of an entry of a scale that says what it comes to. */
  static final String REPLICAS = "replicas=";

  private Changes() {}

  /** What is in the audit for that, as {@code default/training/fraud}. */
  private static String target(JsonNode request) {
    String kind = request.path("resource").path("resource").asText("").replaceFirst("s$", "");
    return "%s/%s/%s"
        .formatted(request.path("namespace").asText(), kind, request.path("name").asText());
  }

  /**
   * The entry.
   *
   * @param answer what is answered
   * @return empty for what is only tried
   */
  static Optional<AuditEntry> of(JsonNode review, JsonNode answer, Instant at) {
    JsonNode request = review.path("request");
    if (request.path("dryRun").asBoolean()) {
      return Optional.empty();
    }
    JsonNode response = answer.path("response");
    boolean allowed = response.path("allowed").asBoolean();
    String words = detail(request);
    return Optional.of(
        new AuditEntry(
            at,
            request.path("userInfo").path("username").asText("unknown"),
            action(request),
            target(request),
            allowed ? "accepted" : "refused",
            allowed ? words : response.path("status").path("message").asText()));
  }

  private static String action(JsonNode request) {
    String operation = request.path("operation").asText().toLowerCase(Locale.ROOT);
    return request.path("subResource").asText().equals("scale") ? "scale" : operation;
  }

  private static String detail(JsonNode request) {
    JsonNode object = request.path("object");
    if (action(request).equals("scale")) {
      return REPLICAS + object.path("spec").path("replicas").asText();
    }
    if (!object.isObject()) {
      return "";
    }
    StringBuilder words =
        new StringBuilder(GENERATION)
            .append(object.path("metadata").path("generation").asText("?"));
    String wish = object.path("metadata").path("annotations").path("naru.dev/desired").asText();
    if (!wish.isEmpty()) {
      words.append(" desired=").append(wish);
    }
    JsonNode before = request.path("oldObject").path("spec");
    if (before.isObject()) {
      TreeSet<String> changed = new TreeSet<>();
      object.path("spec").fieldNames().forEachRemaining(changed::add);
      before.fieldNames().forEachRemaining(changed::add);
      changed.removeIf(name -> before.path(name).equals(object.path("spec").path(name)));
      if (!changed.isEmpty()) {
        words
            .append(" changed=")
            .append(String.join(",", changed.stream().limit(MOST_FIELDS).toList()));
      }
    }
    return words.toString();
  }
}
