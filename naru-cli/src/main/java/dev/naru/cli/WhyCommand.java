package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.SafeText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "why",
    header = "Says why a resource is as it is: the causes in the order of time.",
    footer = {"", "Example:", "  naru why inference/fraud"})
final class WhyCommand extends BaseCommand {
  @Parameters(
      paramLabel = "KIND/NAME",
      completionCandidates = KindWords.class,
      description = "The resource, such as training/fraud.")
  String target = "";

  @Override
  int run() throws Exception {
    OneTarget one = OneTarget.open(this, Target.parse(target));
    JsonNode why = one.api().get(one.path() + "/why");
    if (!table()) {
      cli().print(why, root().output());
      return 0;
    }
    cli().out().println(SafeText.line(why.path("summary").asText()));
    for (JsonNode cause : why.path("causes")) {
      String line = cause.path("at").asText() + "  " + cause.path("text").asText();
      cli().out().println("  " + SafeText.line(line));
    }
    return 0;
  }
}
