package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.chart.Chart;
import dev.naru.cli.chart.Values;
import dev.naru.cli.talk.CommandException;
import dev.naru.core.NaruException;
import dev.naru.engine.kubernetes.Installer;
import dev.naru.engine.kubernetes.Operator;
import dev.naru.engine.kubernetes.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "With --namespace-only it works in one namespace, by that namespace's rights alone; an",
      "administrator has run `naru install --definitions` before.",
      "",
      "Examples:",
      "  naru install --registry registry.local:5000/naru",
      "  naru install --namespace-only -n team --registry registry.local:5000/naru"
    })
final class InstallCommand extends BaseCommand {
  static final String NAMESPACE = "naru-system";

  @Option(
      names = "--registry",
      paramLabel = "REGISTRY/PREFIX",
      description =
          "Where Naru's own images go. Default: $$NARU_REGISTRY, else the one that the cluster"
              + " names.")
  @Nullable String registry;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description =
          "The namespace of the control plane. Default: naru-system; with --namespace-only that of"
              + " the kubeconfig's context.")
  @Nullable String namespace;

  @Option(
      names = "--namespace-only",
      description = "Works in that namespace alone, and asks for no rights beyond it.")
  boolean namespaceOnly;

  @Option(
      names = "--definitions",
      description =
          "Applies definitions and the roles of people alone: what an operator of one namespace"
              + " needs of the cluster.")
  boolean definitions;

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

  @Option(
      names = {"-f", "--values"},
      paramLabel = "FILE",
      description = "Values of charts/naru, as Helm takes them; its README lists them.")
  @Nullable Path file;

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
    if (definitions) {
      return definitions();
    }
    ObjectNode values = values();
    String place = place();
    if (namespaceOnly) {
      values.put("watchNamespace", place);
    }
    Operator wanted = new Operator(place, values.path("watchNamespace").asText());
    List<String> documents = Chart.render(place, values);
    if (dryRun) {
      return print(documents);
    }
    boolean alone = !wanted.watched().isEmpty();
    cli()
        .talk(
            alone
                ? "applies rights and the operator to namespace " + place
                : "applies definitions, rights and the operator to namespace " + place);
    if (alone) {
      Reach.LACKS.forEach(lack -> cli().talk("in one namespace alone: " + lack));
    }
    Confirm.ask(
        cli(),
        yes,
        alone
            ? "This changes namespace " + wanted.watched() + "."
            : "This changes the cluster for all its users.");
    try (Steps steps = new Steps(cli(), "install");
        Installer installer = new Installer(Clusters.of(cli()), steps::step)) {
      requireAlone(installer, wanted);
      if (alone && !installer.knowsKinds()) {
        throw CommandException.usage(
            "cannot install into namespace %s: the cluster does not know Naru's kinds; an administrator runs `naru install --definitions` once"
                .formatted(place));
      }
      if (!alone) {
        installer.namespace(place);
      }
      installer.apply(documents);
    }
    cli().talk("the operator runs in namespace " + place);
    return 0;
  }

  private int definitions() throws IOException {
    if (namespaceOnly || image != null || file != null) {
      throw CommandException.usage(
          "cannot install: --definitions goes without --namespace-only, images and values");
    }
    if (dryRun) {
      return print(Chart.definitions());
    }
    Confirm.ask(cli(), yes, "This changes the cluster for all its users.");
    try (Steps steps = new Steps(cli(), "install");
        Installer installer = new Installer(Clusters.of(cli()), steps::step)) {
      installer.apply(Chart.definitions());
    }
    cli().talk("the cluster knows Naru's kinds; next: naru install --namespace-only -n NAMESPACE");
    return 0;
  }

  private int print(List<String> documents) {
    cli().out().print(String.join("---\n", documents));
    cli().out().flush();
    return 0;
  }

  private String place() {
    if (namespace != null) {
      return namespace;
    }
    return namespaceOnly ? Clusters.of(cli()).namespace() : NAMESPACE;
  }

  /** Two that decide about the same namespace would undo each other's work. */
  private void requireAlone(Installer installer, Operator wanted) {
    List<Operator> others;
    try {
      others = installer.operators();
    } catch (NaruException e) {
      if (e.code() != NaruException.Code.REFUSED) {
        throw e;
      }
      cli()
          .talk(
              "other namespaces may not be looked at: whether an operator works here is not known");
      return;
    }
    for (Operator other : others) {
      if (!other.namespace().equals(wanted.namespace()) && other.meets(wanted)) {
        throw CommandException.usage(
            "cannot install into namespace %s: the operator in namespace %s works in %s already; use that one, or remove it first: naru uninstall -n %s"
                .formatted(
                    wanted.namespace(),
                    other.namespace(),
                    other.watched().isEmpty() ? "all namespaces" : "namespace " + other.watched(),
                    other.namespace()));
      }
    }
  }

  private ObjectNode values() throws IOException {
    ObjectNode values = Chart.values();
    Cli with = cli();
    if (file != null) {
      values = Chart.over(values, Values.read(read(cli().cwd().resolve(file)), file.toString()));
    }
    if (image != null && servingImage != null) {
      images(values, image, servingImage);
    } else if (file == null || values.at("/operator/image").asText().isEmpty()) {
      Clusters.Registry to = Clusters.registry(cli(), Optional.ofNullable(registry));
      SystemBuild.Pushed pushed = SystemBuild.push(to.cli(), to.place());
      images(values, pushed.operator().ref(), pushed.serving().ref());
      with = to.cli();
    }
    SystemBuild.trust(with, values);
    return values;
  }

  private static void images(ObjectNode values, String operator, String serving) {
    values.withObject("/operator").put("image", operator);
    values.withObject("/serving").put("image", serving);
  }

  private static String read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw CommandException.usage("cannot read " + file + ": there is no such file to read");
    }
    return Files.readString(file);
  }
}
