package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import dev.naru.spec.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "rerun",
    header = "Starts a new run of a training or preparation, from nothing.",
    footer = {"", "Example:", "  naru rerun training/fraud"})
final class RerunCommand extends BaseCommand {
  @Parameters(
      paramLabel = "KIND/NAME",
      completionCandidates = KindWords.class,
      description = "The training or preparation, such as training/fraud.")
  String target = "";

  @Override
  int run() throws Exception {
    Target wanted = Target.parse(target).only("rerun", Kind.TRAINING, Kind.PREPARATION);
    OneTarget one = OneTarget.open(this, wanted);
    JsonNode answer = one.api().post(one.path() + "/rerun", Json.object());
    if (!table()) {
      cli().print(answer, root().output());
    } else {
      cli().out().println(dev.naru.cli.talk.SafeText.line(answer.path("run").asText()));
    }
    cli().talk("accepted; `naru get " + wanted.ref() + "` shows it");
    return 0;
  }
}
