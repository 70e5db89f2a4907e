package dev.naru.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.SafeText;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
    name = "doctor",
    header = "Checks what Naru needs on this machine; each finding with its next step.",
    footer = {"", "Exit code 1 when something fails.", "", "Example:", "  naru doctor"})
final class DoctorCommand extends BaseCommand {
  @Override
  int run() {
    List<Checks.Finding> findings = new Checks(cli()).all();
    boolean failed = findings.stream().anyMatch(f -> f.grade() == Checks.Grade.FAIL);
    if (!table()) {
      ObjectNode all = Json.object().put("ok", !failed);
      ArrayNode checks = all.putArray("checks");
      for (Checks.Finding finding : findings) {
        checks
            .addObject()
            .put("check", finding.check())
            .put("grade", finding.grade().name().toLowerCase(Locale.ROOT))
            .put("found", finding.found())
            .put("next", finding.next());
      }
      cli().print(all, root().output());
    } else {
      for (Checks.Finding finding : findings) {
        String next = finding.next().isEmpty() ? "" : "; " + finding.next();
        cli()
            .out()
            .println(
                SafeText.line(
                    "%-4s  %-13s %s%s"
                        .formatted(
                            finding.grade().name().toLowerCase(Locale.ROOT),
                            finding.check(),
                            finding.found(),
                            next)));
      }
    }
    return failed ? 1 : 0;
  }
}
