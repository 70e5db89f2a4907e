package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Yaml;
import dev.naru.image.RegistryPlace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "render",
    header = "Prints a file's documents for kubectl apply, images filled in by digest.",
    footer = {
      "",
      "Needs neither cluster nor control plane. The images that Naru builds are built where that"
          + " is",
      "needed, and are in the registry after naru build --push to the same place.",
      "",
      "Example:",
      "  naru render examples/finance --registry registry.local:5000/team | kubectl apply -f -"
    })
final class RenderCommand extends BaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file, a folder, or - for stdin. Default: the working directory.")
  String path = ".";

  @Option(
      names = "--registry",
      paramLabel = "REGISTRY/PREFIX",
      description = "Where the images are pulled from. Default: $$NARU_REGISTRY.")
  @Nullable String registry;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "The namespace of all documents; without it kubectl's is taken.")
  @Nullable String namespace;

  @Override
  int run() throws Exception {
    ProjectFile file = ProjectFile.readWithSources(cli(), path, root().project());
    Map<String, String> refs = new HashMap<>();
    if (!ImageWork.recipes(file).isEmpty()) {
      RegistryPlace place = place();
      for (ImageWork.Made made :
          new ImageWork(cli(), Optional.empty()).build(file, Optional.empty())) {
        refs.put(made.image().name(), Submitted.reference(place, made));
      }
    }
    StringBuilder all = new StringBuilder();
    for (JsonNode document : file.body().path("documents")) {
      ObjectNode one = Rendered.document((ObjectNode) document, refs);
      if (namespace != null) {
        ((ObjectNode) one.get("metadata")).put("namespace", namespace);
      }
      all.append(
          root().output() == Output.JSON ? Json.pretty(one) + "\n" : "---\n" + Yaml.write(one));
    }
    cli().out().print(all);
    cli().out().flush();
    return 0;
  }

  private RegistryPlace place() {
    return RegistryPlace.parse(
        Optional.ofNullable(registry)
            .or(() -> Optional.ofNullable(cli().env().get("NARU_REGISTRY")))
            .filter(r -> !r.isBlank())
            .orElseThrow(() ->
                CommandException.usage(
                    "cannot name the images of "
                        + path
                        + ": give --registry HOST[:PORT]/PREFIX or set NARU_REGISTRY; images given"
                        + " by ref: need nothing")));
  }
}
