package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.api.Api;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.talk.Json;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    header = "Lists resources: all of this home, or those of a kind, or one.",
    footer = {
      "",
      "-o json prints one Kubernetes-style List.",
      "",
      "Example:",
      "  naru get training/fraud -o json"
    })
final class GetCommand extends BaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "KIND[/NAME]",
      completionCandidates = KindWords.class,
      description = "image, volume, preparation, training or inference, alone or with a name.")
  @Nullable String what;

  @Override
  int run() throws Exception {
    JsonNode list = list();
    if (!table()) {
      cli().print(list, root().output());
      return 0;
    }
    String text = ResourceTables.of(list, root().project().isEmpty(), cli().clock().instant());
    if (text.isEmpty()) {
      cli().talk("nothing is here" + (what == null ? "; `naru up PATH` starts a project" : ""));
    }
    cli().out().print(text);
    return 0;
  }

  private JsonNode list() throws IOException {
    ControlPlane plane = cli().controlPlane();
    String given = what == null ? "" : what;
    Optional<Target> one =
        given.contains("/") ? Optional.of(Target.parse(given)) : Optional.empty();
    if (one.isPresent()) {
      ObjectNode list = emptyList();
      ((ArrayNode) list.path("items")).add(OneTarget.open(this, one.get()).object());
      return list;
    }
    Optional<Kind> kind = given.isEmpty() ? Optional.empty() : Optional.of(Target.kind(given));
    if (!Submitted.onCluster(cli()) && !plane.home().used() && plane.running().isEmpty()) {
      return emptyList();
    }
    StringBuilder path = new StringBuilder("/api/v1/resources");
    String separator = "?";
    if (root().project().isPresent()) {
      path.append(separator).append("project=").append(root().project().get());
      separator = "&";
    }
    if (kind.isPresent()) {
      path.append(separator).append("kind=").append(Api.encode(kind.get().lower()));
    }
    return plane.connect().get(path.toString());
  }

  private static ObjectNode emptyList() {
    ObjectNode list = Json.object().put("apiVersion", "v1").put("kind", "List");
    list.putArray("items");
    return list;
  }
}
