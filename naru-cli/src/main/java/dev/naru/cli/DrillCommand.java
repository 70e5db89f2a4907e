package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.ApiException;
import dev.naru.cli.api.EventStream;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Yaml;
import dev.naru.spec.Kind;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "drill",
    header = "Injects a fault and measures the recovery.",
    footer = {
      "",
      "On a training it starts a run, kills a rank after its first checkpoint and waits for the"
          + " end;",
      "the model of that run is recorded, not promoted. On an inference it kills a replica under"
          + " way.",
      "",
      "Example:",
      "  naru drill training/fraud --kill rank=1 --times 3 -o json"
    })
final class DrillCommand extends BaseCommand {
  private static final int MOST_TIMES = 1000;

  @Parameters(
      paramLabel = "KIND/NAME",
      completionCandidates = KindWords.class,
      description = "The training or inference, such as training/fraud.")
  String target = "";

  @Option(
      names = "--kill",
      required = true,
      paramLabel = "WHAT",
      description = "rank=N on a training, replica on an inference.")
  String kill = "";

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "How many faults, one a run. Default: 1.")
  int times = 1;

  @Override
  int run() throws Exception {
    Target wanted = Target.parse(target).only("drill", Kind.TRAINING, Kind.INFERENCE);
    check(wanted);
    OneTarget one = OneTarget.open(this, wanted);
    ObjectNode body = Json.object().put("kill", kill).put("times", times);
    try (EventStream events = new EventStream(one.api().postStream(one.path() + "/drill", body))) {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        JsonNode data = event.get().data();
        switch (event.get().name()) {
          case "note" -> cli().talk(data.path("text").asText());
          case "run" -> cli().talk(summary(data));
          case "error" -> throw new ApiException(500, data);
          case "result" -> {
            print(data);
            return 0;
          }
          default -> {}
        }
      }
    }
    throw new IOException(
        "the control plane has ended the drill's stream; `naru why " + wanted.ref() + "`");
  }

  private void check(Target wanted) {
    if (kill.startsWith("node")) {
      throw CommandException.usage(
          "cannot kill a node: it is not in this version; kill rank=N or replica");
    }
    boolean fits =
        wanted.kind() == Kind.TRAINING ? kill.matches("rank=[0-9]{1,4}") : kill.equals("replica");
    if (!fits) {
      throw CommandException.usage(
          "cannot kill '"
              + kill
              + "' of "
              + wanted.ref()
              + ": expected "
              + (wanted.kind() == Kind.TRAINING ? "rank=N, such as rank=1" : "replica"));
    }
    if (times < 1 || times > MOST_TIMES) {
      throw CommandException.usage("cannot drill " + times + " times: expected 1 to " + MOST_TIMES);
    }
  }

  private void print(JsonNode result) {
    if (table()) {
      cli().out().print(SafeText.lines(Yaml.write(result)));
    } else {
      cli().print(result, root().output());
    }
  }

  private static String summary(JsonNode run) {
    String resumed =
        run.has("resumedFromStep")
            ? ", resumed from step " + run.path("resumedFromStep").asLong()
            : "";
    return run.path("fault").asText("fault")
        + ": recovered in "
        + run.path("recoverySeconds").asText("?")
        + " s (detected in "
        + run.path("detectedSeconds").asText("?")
        + " s"
        + resumed
        + ")";
  }
}
