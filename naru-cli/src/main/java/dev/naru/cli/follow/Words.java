package dev.naru.cli.follow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is said of one workload in a line. */
final class Words {
  private Words() {}

  /** Changes whenever a plain line is worth printing: not with each step. */
  static String state(Status status) {
    List<String> words = new ArrayList<>();
    words.add(status.phase().isEmpty() ? "Pending" : status.phase());
    if (status.kind().equals("inference")) {
      words.add(ready(status));
      long version = status.status("model").path("version").asLong();
      words.add(version > 0 ? "model version " + version : "");
    } else {
      words.add(status.run());
      long attempt = status.status("attempt").asLong();
      words.add(attempt > 1 ? "attempt " + attempt : "");
      words.add(model(status));
    }
    words.add(why(status));
    words.removeIf(String::isEmpty);
    return SafeText.line(
        words.getFirst()
            + (words.size() > 1 ? ": " : "")
            + String.join(", ", words.subList(1, words.size())));
  }

  static String ready(Status status) {
    return status.status("wanted").isMissingNode()
        ? ""
        : status.status("ready").asLong() + "/" + status.status("wanted").asLong() + " ready";
  }

  /** The version that a finished training made. */
  private static String model(Status status) {
    JsonNode model = status.status("model");
    if (!status.phase().equals("Succeeded") || !model.path("version").isNumber()) {
      return "";
    }
    String metrics = status.metrics(model.path("metrics"));
    return "model version "
        + model.path("version").asLong()
        + (metrics.isEmpty() ? "" : " (" + metrics + ")")
        + (model.path("promoted").asBoolean() ? "" : " not promoted");
  }

  /** Where all is well, nothing; else the words of the telling condition. */
  static String why(Status status) {
    boolean well = Set.of("Running", "Ready", "Succeeded").contains(status.phase());
    boolean hindered = Patience.hinders(status.condition().path("reason").asText());
    return well && !hindered ? "" : status.condition().path("message").asText("");
  }

  /** Step and total of a run, where it tells them. */
  static String steps(Status status) {
    JsonNode progress = status.status("progress");
    if (!progress.path("step").isNumber()) {
      return "";
    }
    long total = progress.path("total").asLong();
    return progress.path("step").asLong() + (total > 0 ? "/" + total : "");
  }

  /** From 0 to 1; negative where it is not known. */
  static double part(Status status) {
    if (status.phase().equals("Succeeded") || status.phase().equals("Ready")) {
      return 1;
    }
    if (status.kind().equals("inference")) {
      double wanted = status.status("wanted").asDouble();
      return wanted <= 0 ? -1 : Math.min(1, status.status("ready").asDouble() / wanted);
    }
    JsonNode progress = status.status("progress");
    double total = progress.path("total").asDouble();
    return total <= 0 ? -1 : Math.clamp(progress.path("step").asDouble() / total, 0, 1);
  }
}
