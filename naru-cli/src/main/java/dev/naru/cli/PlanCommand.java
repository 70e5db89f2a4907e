package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.Home;
import dev.naru.cli.talk.CommandException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    header = "Says what `up` would change and what the engine cannot honour.",
    footer = {"", "Example:", "  naru plan examples/finance"})
final class PlanCommand extends BaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file, a folder, or - for stdin. Default: the working directory.")
  String path = ".";

  @Override
  int run() throws Exception {
    ProjectFile file = ProjectFile.readWithSources(cli(), path, root().project());
    JsonNode plan =
        cli()
            .with(Home.NAMESPACE, file.name())
            .controlPlane()
            .connect()
            .post("/api/v1/projects/" + file.name() + "/plan", Submitted.body(cli(), file, false));
    if (table()) {
      cli().out().print(PlanText.of(plan));
    } else {
      cli().print(plan, root().output());
    }
    for (JsonNode note : plan.path("notes")) {
      if (note.path("level").asText().equals("REFUSED")) {
        return CommandException.USAGE;
      }
    }
    return 0;
  }
}
