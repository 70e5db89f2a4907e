package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ApiException;
import dev.naru.cli.follow.Goals;
import dev.naru.cli.follow.Goals.Reached;
import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code up} says at its end: addresses on stdout, the rest as talk. */
final class UpReport {
  private final Cli cli;
  private final ProjectFile file;
  private final JsonNode plan;
  private final Instant began;
  private final Output output;

  UpReport(Cli cli, ProjectFile file, JsonNode plan, Instant began, Output output) {
    this.cli = cli;
    this.file = file;
    this.plan = plan;
    this.began = began;
    this.output = output;
  }

  int accepted() {
    if (output != Output.TABLE) {
      cli.print(result("accepted", Map.of()), output);
    }
    cli.talk(
        "accepted; `naru up "
            + file.given()
            + "` watches, `naru get -p "
            + file.name()
            + "` shows it");
    return 0;
  }

  /**
   * All is reached.
   *
   * @param idle whether it was so from the start
   */
  int reached(Map<String, Status> seen, boolean idle) {
    if (output != Output.TABLE) {
      cli.print(result("reached", seen), output);
    }
    String took = Amounts.seconds(Duration.between(began, cli.clock().instant()));
    cli.talk(
        (idle ? "nothing to do: everything is as the file says" : "everything is ready")
            + " ("
            + took
            + ")");
    notIsolated(seen);
    List<Status> endpoints =
        seen.values().stream().filter(s -> s.kind().equals("inference")).toList();
    if (output == Output.TABLE) {
      int width = endpoints.stream().mapToInt(s -> s.ref().length()).max().orElse(0);
      for (Status endpoint : endpoints) {
        String url = SafeText.line(endpoint.status("url").asText());
        cli.out().println(("%-" + width + "s  %s").formatted(endpoint.ref(), url));
      }
      if (!idle) {
        endpoints.forEach(this::howToScore);
      }
    }
    return 0;
  }

  /** Loudly, and once for what is said of several. */
  private void notIsolated(Map<String, Status> seen) {
    Map<String, List<String>> refs = new LinkedHashMap<>();
    for (Status status : seen.values()) {
      for (JsonNode condition : status.status("conditions")) {
        if (condition.path("type").asText().equals("Isolated")
            && condition.path("status").asText().equals("False")) {
          refs.computeIfAbsent(condition.path("message").asText(), _ -> new ArrayList<>())
              .add(status.ref());
        }
      }
    }
    refs.forEach((message, of) ->
        cli.talk("NOT ISOLATED: " + String.join(", ", of) + ": " + SafeText.line(message)));
  }

  private void howToScore(Status endpoint) {
    if (!endpoint.spec("model").isObject()) {
      return;
    }
    String data =
        file.sample(cli, endpoint.name())
            .map(sample -> "--file " + sample)
            .orElse("--data '{\"COLUMN\": NUMBER, …}'");
    cli.talk("try: naru score " + endpoint.name() + " " + data);
  }

  /** Says why; the causes come from the control plane's events. */
  int lost(Api api, Map<String, Reached> ends, List<String> lost, Map<String, Status> seen)
      throws IOException {
    if (output != Output.TABLE) {
      cli.print(result("failed", seen), output);
    }
    List<String> failed = new ArrayList<>();
    for (String ref : lost) {
      if (ends.get(ref) == Reached.BLOCKED || ends.get(ref) == Reached.OPEN) {
        continue;
      }
      failed.add(ref);
      try {
        JsonNode why = api.get("/api/v1/resources/" + file.name() + "/" + ref + "/why");
        cli.talk(ref + ": " + why.path("summary").asText());
        for (JsonNode cause : why.path("causes")) {
          cli.talk("  " + cause.path("at").asText() + " " + cause.path("text").asText());
        }
      } catch (ApiException noAnswer) {
        Status status = seen.get(ref);
        cli.talk(ref + ": " + (status == null ? "" : status.condition().path("message").asText()));
      }
    }
    for (String ref : failed) {
      Status status = seen.get(ref);
      if (status != null && status.hasReason(Goals.IMAGE_REFUSED)) {
        throw new CommandException(
            CommandException.REFUSED,
            "cannot reach what the file wants: a policy refuses " + ref + "; see above");
      }
    }
    String first = failed.isEmpty() ? lost.getFirst() : failed.getFirst();
    if (ends.get(first) == Reached.STUCK) {
      throw stuck(failed, lost.size() - failed.size(), seen);
    }
    throw CommandException.failed(
        "cannot reach what the file wants: "
            + String.join(", ", failed.isEmpty() ? lost : failed)
            + " failed"
            + (lost.size() > failed.size()
                ? ", " + (lost.size() - failed.size()) + " wait for it"
                : "")
            + "; see `naru logs "
            + first
            + "`"
            + (first.startsWith("inference/") ? "" : ", then `naru rerun " + first + "`"));
  }

  private CommandException stuck(List<String> refs, int waiting, Map<String, Status> seen) {
    String took = Amounts.seconds(Duration.between(began, cli.clock().instant()));
    if (refs.stream().noneMatch(seen::containsKey)) {
      return CommandException.unreachable(
          "cannot reach what the file wants: nobody has decided about %s within %s; on a cluster see whether the operator runs: kubectl -n naru-system get pods"
              .formatted(String.join(", ", refs), took));
    }
    return CommandException.failed(
        "cannot reach what the file wants: gave up after %s, %s not go on%s; mend that and the work goes on by itself, `naru up %s` watches again"
            .formatted(
                took,
                String.join(", ", refs) + (refs.size() == 1 ? " does" : " do"),
                waiting > 0 ? ", " + waiting + " wait for it" : "",
                file.given()));
  }

  private ObjectNode result(String outcome, Map<String, Status> seen) {
    ObjectNode result = Json.object();
    result.put("project", file.name());
    result.put("outcome", outcome);
    result.put("seconds", Duration.between(began, cli.clock().instant()).toMillis() / 1000.0);
    result.set("plan", plan);
    var items = result.putArray("items");
    seen.values().forEach(status -> items.add(status.object()));
    return result;
  }
}
