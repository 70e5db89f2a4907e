package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.SafeText;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "version",
    header = "Prints the versions of this command and of the control plane, if one runs.",
    footer = {"", "Example:", "  naru version"})
final class VersionCommand extends BaseCommand {
  /** As in the parent pom. */
  static final String VERSION = "0.1.0";

  @Override
  int run() throws Exception {
    ObjectNode all = Json.object();
    all.putObject("client")
        .put("version", VERSION)
        .put("build", cli().build().isEmpty() ? "unknown" : cli().build())
        .put("java", System.getProperty("java.version"));
    Optional<Api> api = cli().controlPlane().running();
    if (api.isPresent()) {
      all.set("server", api.get().get("/api/v1/version"));
    }
    if (!table()) {
      cli().print(all, root().output());
      return 0;
    }
    JsonNode client = all.path("client");
    cli()
        .out()
        .println(
            "client "
                + VERSION
                + ", build "
                + client.path("build").asText()
                + ", java "
                + client.path("java").asText());
    JsonNode server = all.path("server");
    cli()
        .out()
        .println(
            server.isMissingNode()
                ? "server not running"
                : SafeText.line(
                    "server "
                        + server.path("version").asText()
                        + ", build "
                        + server.path("build").asText()
                        + ", engine "
                        + server.path("engine").asText("process")));
    return 0;
  }
}
