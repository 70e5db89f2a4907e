package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import java.util.Map;

/** Replicas, progress and metrics as the status writes them. */
final class Replicas {
  /** Most replicas that are listed. */
  static final int LISTED = 64;

  private Replicas() {}

  static ObjectNode describe(ObjectNode json, Replica replica, boolean ready) {
    json.put("index", replica.member().index())
        .put("phase", Words.of(replica.phase()))
        .put("ready", ready)
        .put("node", replica.node())
        .put("handle", replica.handle());
    if (!replica.message().isEmpty()) {
      json.put("message", replica.message());
    }
    return json;
  }

  static void describe(ObjectNode json, Progress progress) {
    json.put("step", progress.step());
    progress.total().ifPresent(total -> json.put("total", total));
    metrics(json, progress.metrics());
    json.put("at", Times.text(progress.at()));
  }

  static void metrics(ObjectNode json, Map<String, Double> metrics) {
    ObjectNode values = json.putObject("metrics");
    metrics.forEach((name, value) -> {
      if (Double.isFinite(value)) {
        values.put(name, value);
      } else {
        values.put(name, value.toString()); // JSON has no such numbers
      }
    });
  }
}
