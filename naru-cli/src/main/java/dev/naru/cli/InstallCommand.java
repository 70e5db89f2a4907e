package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.engine.kubernetes.Installer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "install",
    header = "Puts Naru's control plane into a cluster, or brings it up to date.",
    footer = {
      "",
      "Needs the rights of an administrator once: definitions, cluster roles, a namespace. Applies",
      "what charts/naru has; Helm does the same. Installing again is how it is upgraded; what runs",
      "goes on meanwhile.",
      "",
      "Example:",
      "  naru install --registry registry.local:5000/naru"
    })
final class InstallCommand extends BaseCommand {
  @Option(
      names = "--registry",
      paramLabel = "REGISTRY/PREFIX",
      description =
          "Where Naru's own images go. Default: $$NARU_REGISTRY, else the one that the cluster"
              + " names.")
  @Nullable String registry;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "naru-system",
      description = "The namespace of the control plane. Default: ${DEFAULT-VALUE}.")
  String namespace = "naru-system";

  @Option(
      names = "--image",
      paramLabel = "REF",
      description = "The operator's image by digest, instead of building it.")
  @Nullable String image;

  @Option(
      names = "--serving-image",
      paramLabel = "REF",
      description = "The image of gateway and model server by digest, instead of building it.")
  @Nullable String servingImage;

  @Option(names = "--dry-run", description = "Prints what would be applied, and applies nothing.")
  boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  @Override
  int run() throws Exception {
    if ((image == null) != (servingImage == null)) {
      throw CommandException.usage(
          "cannot install: --image and --serving-image go together; give both or none");
    }
    ObjectNode values = values();
    List<String> documents = Chart.render(namespace, values);
    if (dryRun) {
      cli().out().print(String.join("---\n", documents));
      cli().out().flush();
      return 0;
    }
    cli().talk("applies definitions, rights and the operator to namespace " + namespace);
    Confirm.ask(cli(), yes, "This changes the cluster for all its users.");
    try (Steps steps = new Steps(cli(), "install");
        Installer installer = new Installer(Clusters.of(cli()), steps::step)) {
      installer.apply(namespace, documents);
    }
    cli().talk("the operator runs in namespace " + namespace);
    return 0;
  }

  private ObjectNode values() {
    ObjectNode values = Chart.values();
    String operator;
    String serving;
    if (image != null && servingImage != null) {
      operator = image;
      serving = servingImage;
    } else {
      Clusters.Registry to = Clusters.registry(cli(), Optional.ofNullable(registry));
      SystemBuild.Pushed pushed = SystemBuild.push(to.cli(), to.place());
      operator = pushed.operator().ref();
      serving = pushed.serving().ref();
    }
    ((ObjectNode) values.get("operator")).put("image", operator);
    ((ObjectNode) values.get("serving")).put("image", serving);
    return values;
  }
}
