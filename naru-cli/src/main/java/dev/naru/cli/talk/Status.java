package dev.naru.cli.talk;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One object of {@code GET /resources}, read leniently: what is absent is empty or 0.
 *
 * @param object the whole object
 */
public record Status(JsonNode object) {
  /** {@code training/fraud}. */
  public String ref() {
    return kind() + "/" + name();
  }

  /** In lower case. */
  public String kind() {
    return object.path("kind").asText().toLowerCase(Locale.ROOT);
  }

  /** {@code metadata.name}. */
  public String name() {
    return object.path("metadata").path("name").asText();
  }

  /** The project. */
  public String project() {
    return object.path("metadata").path("namespace").asText();
  }

  /** {@code status.phase}. */
  public String phase() {
    return status("phase").asText();
  }

  /** {@code status.observedGeneration}; 0 where nothing was decided yet. */
  public long observedGeneration() {
    return status("observedGeneration").asLong();
  }

  /** The run, such as {@code fraud-3}; empty where there was none. */
  public String run() {
    return status("run").asText("");
  }

  /** One field of {@code status}. */
  public JsonNode status(String field) {
    return object.path("status").path(field);
  }

  /** One field of {@code spec}. */
  public JsonNode spec(String field) {
    return object.path("spec").path(field);
  }

  /** How many listed replicas are ready, or run where readiness means nothing. */
  public int replicasUp() {
    int up = 0;
    for (JsonNode replica : status("replicas")) {
      String phase = replica.path("phase").asText();
      if (replica.path("ready").asBoolean()
          || phase.equals("Running")
          || phase.equals("Succeeded")) {
        up++;
      }
    }
    return up;
  }

  /** The condition that explains the present phase: {@code Ready}; else a missing node. */
  public JsonNode condition() {
    for (JsonNode condition : status("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition;
      }
    }
    return Json.NODES.missingNode();
  }

  /** The reason of some condition, such as {@code NoPromotedModel}. */
  public boolean hasReason(String reason) {
    for (JsonNode condition : status("conditions")) {
      if (condition.path("reason").asText().equals(reason)) {
        return true;
      }
    }
    return false;
  }

  /** Metrics as {@code auc 0.93}, at most three. */
  public String metrics(JsonNode metrics) {
    return metrics(metrics, 3);
  }

  /** The first so many metrics. */
  public String metrics(JsonNode metrics, int most) {
    List<String> words = new ArrayList<>();
    for (var metric : metrics.properties()) {
      if (metric.getValue().isNumber() && words.size() < most) {
        words.add(metric.getKey() + " " + Amounts.metric(metric.getValue().doubleValue()));
      }
    }
    return String.join(", ", words);
  }

  /** How old it is; empty where the object does not say. */
  public String age(Instant now) {
    return instant(object.path("metadata").path("creationTimestamp"))
        .map(made -> Amounts.age(Duration.between(made, now)))
        .orElse("");
  }

  /** An ISO-8601 time. */
  public static Optional<Instant> instant(JsonNode node) {
    try {
      return node.isTextual() ? Optional.of(Instant.parse(node.textValue())) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
