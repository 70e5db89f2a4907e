package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.chart.Chart;
import dev.naru.engine.kubernetes.Installer;
import dev.naru.engine.kubernetes.Operator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "uninstall",
    header = "Takes Naru's control plane out of a cluster; what runs goes on, data stays.",
    footer = {
      "",
      "The definitions stay, and with them every resource: naru install takes them over again.",
      "",
      "Example:",
      "  naru uninstall"
    })
final class UninstallCommand extends BaseCommand {
  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      defaultValue = InstallCommand.NAMESPACE,
      description = "The namespace of the control plane. Default: ${DEFAULT-VALUE}.")
  String namespace = InstallCommand.NAMESPACE;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  @Override
  int run() throws Exception {
    Confirm.ask(cli(), yes, "Nothing is healed or scaled any more where it worked.");
    try (Steps steps = new Steps(cli(), "uninstall");
        Installer installer = new Installer(Clusters.of(cli()), steps::step)) {
      Operator there =
          installer
              .operator(namespace)
              .orElseGet(() -> {
                cli().talk("there is no operator in namespace " + namespace + "; -n names another");
                return new Operator(namespace, "");
              });
      installer.remove(Chart.render(namespace, everything(there)));
    }
    cli().talk("the operator is gone; what runs goes on");
    return 0;
  }

  /** All that can be of the chart: what of it was not installed is not missed. */
  private static ObjectNode everything(Operator there) {
    String any = "any@sha256:" + "0".repeat(64);
    ObjectNode values = Chart.values().put("watchNamespace", there.watched());
    values.withObject("/operator").put("image", any);
    values.withObject("/serving").put("image", any);
    return values;
  }
}
