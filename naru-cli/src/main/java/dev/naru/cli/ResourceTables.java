package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Status;
import dev.naru.cli.talk.Table;
import dev.naru.spec.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One table for each kind, an empty line between. */
final class ResourceTables {
  private final boolean projects;
  private final Instant now;

  private ResourceTables(boolean projects, Instant now) {
    this.projects = projects;
    this.now = now;
  }

  /**
   * @param projects whether the project is a column
   */
  static String of(JsonNode list, boolean projects, Instant now) {
    ResourceTables tables = new ResourceTables(projects, now);
    List<String> parts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Table table = tables.table(kind, list.path("items"));
      if (table.size() > 0) {
        parts.add(table.print());
      }
    }
    return String.join("\n", parts);
  }

  private Table table(Kind kind, JsonNode items) {
    Table table = new Table(cells("PROJECT", heads(kind)));
    for (JsonNode item : items) {
      Status status = new Status(item);
      if (status.kind().equals(kind.lower())) {
        table.row(cells(status.project(), row(kind, status)));
      }
    }
    return table;
  }

  private String[] cells(String project, List<String> rest) {
    List<String> all = new ArrayList<>();
    if (projects) {
      all.add(project);
    }
    all.addAll(rest);
    return all.toArray(String[]::new);
  }

  private static List<String> heads(Kind kind) {
    return switch (kind) {
      case IMAGE -> List.of("IMAGE", "RUNTIME", "SOURCE", "AGE");
      case VOLUME -> List.of("VOLUME", "SIZE", "ACCESS", "AGE");
      case PREPARATION -> List.of("PREPARATION", "PHASE", "RUN", "SHARDS", "REASON", "AGE");
      case TRAINING ->
          List.of(
              "TRAINING",
              "PHASE",
              "RUN",
              "ATTEMPT",
              "RANKS",
              "STEP",
              "METRICS",
              "MODEL",
              "REASON",
              "AGE");
      case INFERENCE ->
          List.of(
              "INFERENCE", "PHASE", "READY", "RANGE", "MODEL", "REVISION", "REASON", "AGE", "URL");
    };
  }

  private List<String> row(Kind kind, Status s) {
    String age = s.age(now);
    return switch (kind) {
      case IMAGE -> List.of(s.name(), runtime(s), s.spec("source").asText(""), age);
      case VOLUME -> List.of(s.name(), s.spec("size").asText(""), s.spec("access").asText(""), age);
      case PREPARATION ->
          List.of(
              s.name(), phase(s), s.run(), members(s, s.spec("shards").asInt(1)), reason(s), age);
      case TRAINING ->
          List.of(
              s.name(),
              phase(s),
              s.run(),
              s.status("attempt").asText(""),
              members(s, s.spec("workers").asInt(1)),
              steps(s),
              metrics(s),
              model(s),
              reason(s),
              age);
      case INFERENCE ->
          List.of(
              s.name(),
              phase(s),
              s.status("ready").asLong() + "/" + s.status("wanted").asLong(),
              range(s),
              s.status("model").has("version")
                  ? s.status("model").path("name").asText()
                      + " "
                      + s.status("model").path("version").asLong()
                  : "",
              s.status("revision").asText(""),
              reason(s),
              age,
              s.status("url").asText(""));
    };
  }

  private static String phase(Status s) {
    return s.phase().isEmpty() ? "Pending" : s.phase();
  }

  /** Only where something needs a word. */
  private static String reason(Status s) {
    return switch (s.phase()) {
      case "Succeeded", "Running" -> "";
      case "Ready" -> s.hasReason("ScaledToZero") ? "ScaledToZero" : "";
      default -> s.condition().path("reason").asText("");
    };
  }

  private static String runtime(Status s) {
    JsonNode runtime = s.spec("runtime");
    return runtime.has("java")
        ? "java " + runtime.path("java").asText()
        : runtime.has("python") ? "python " + runtime.path("python").asText() : "";
  }

  private static String members(Status s, int all) {
    return (s.phase().equals("Succeeded") ? all : s.replicasUp()) + "/" + all;
  }

  private static String steps(Status s) {
    JsonNode progress = s.status("progress");
    if (!progress.path("step").isNumber()) {
      return "";
    }
    String total = progress.has("total") ? "/" + progress.path("total").asLong() : "";
    return progress.path("step").asLong() + total;
  }

  /** Of the model that the shown run made, else of its progress. */
  private static String metrics(Status s) {
    JsonNode now = s.status("progress").path("metrics");
    JsonNode made = s.status("model").path("metrics");
    return s.metrics(s.phase().equals("Succeeded") && made.isObject() ? made : now);
  }

  private static String model(Status s) {
    JsonNode model = s.status("model");
    if (!model.has("version")) {
      return "";
    }
    return model.path("version").asLong()
        + (model.path("promoted").asBoolean() ? "" : " (not promoted)");
  }

  private static String range(Status s) {
    JsonNode replicas = s.spec("replicas");
    long min = replicas.path("min").asLong(1);
    return min + ".." + replicas.path("max").asLong(min);
  }
}
