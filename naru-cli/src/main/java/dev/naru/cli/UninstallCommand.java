package dev.naru.cli;

import dev.naru.engine.kubernetes.Installer;
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
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "naru-system",
      description = "The namespace of the control plane. Default: ${DEFAULT-VALUE}.")
  String namespace = "naru-system";

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  boolean yes;

  @Override
  int run() throws Exception {
    Confirm.ask(cli(), yes, "Nothing is healed or scaled in the cluster any more.");
    try (Steps steps = new Steps(cli(), "uninstall");
        Installer installer = new Installer(Clusters.of(cli()), steps::step)) {
      installer.remove(Chart.render(namespace, Chart.values()));
    }
    cli().talk("the operator is gone; what runs goes on");
    return 0;
  }
}
