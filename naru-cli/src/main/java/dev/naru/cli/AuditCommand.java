package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Table;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "audit",
    header = "Shows what was asked, what ran from which image on which data, and what was refused.",
    footer = {
      "",
      "start  what ran: image=DIGEST of the manifest (of a recipe: of its files),"
          + " input.NAME=DIGEST",
      "       of each sealed input, model=DIGEST of what an Inference serves",
      "trust  an image of a registry let pass (by which key, by which policy) or refused (why)",
      "others are what people asked for: up, down, rerun, scale, drill, volume cp",
      "",
      "Each entry is hashed with the hash of the one before. --verify ends with 1 where that does",
      "not hold, and says where. It prints the last hash: who keeps it elsewhere can tell later",
      "whether the entries up to it are still those.",
      "",
      "Examples:",
      "  naru audit --limit 1000 -o json",
      "  naru audit --verify",
      "  naru audit --cluster --limit 10000 -o json"
    })
final class AuditCommand extends BaseCommand {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The last N entries, from 1 to 10000. Default: 100.")
  int limit = 100;

  @Option(names = "--verify", description = "Checks the whole chain instead of showing entries.")
  boolean verify;

  @Option(
      names = "--cluster",
      arity = "0..1",
      paramLabel = "NAMESPACE",
      fallbackValue = "naru-system",
      description =
          "The audit of the cluster that this home works on, which operator and webhook write, in"
              + " the operator's namespace. Default: naru-system. ClusterRole naru-audit grants"
              + " it.")
  @Nullable String cluster;

  @Override
  int run() throws Exception {
    if (limit < 1 || limit > 10_000) {
      throw CommandException.usage(
          "cannot show " + limit + " entries: expected a --limit from 1 to 10000");
    }
    if (verify) {
      return verified();
    }
    JsonNode audit = cli().controlPlane().connect().get("/api/v1/audit?limit=" + limit + of("&"));
    if (!table()) {
      audit.path("items").forEach(item -> facts((ObjectNode) item));
      cli().print(audit, root().output());
      return 0;
    }
    Table rows = new Table("AT", "WHO", "ACTION", "TARGET", "OUTCOME", "DETAIL");
    for (JsonNode item : audit.path("items")) {
      rows.row(
          text(item, "at"),
          text(item, "who"),
          text(item, "action"),
          text(item, "target"),
          text(item, "outcome"),
          text(item, "detail"));
    }
    cli().out().print(rows.print());
    cli().out().flush();
    return 0;
  }

  private String of(String sign) {
    return cluster == null
        ? ""
        : sign + "cluster=" + URLEncoder.encode(cluster, StandardCharsets.UTF_8);
  }

  private static String text(JsonNode item, String field) {
    return SafeText.line(item.path(field).asText());
  }

  /** The words of a detail that say {@code name=value}, each by its name. */
  private static void facts(ObjectNode item) {
    String[] words = item.path("detail").asText().split(" ", -1);
    ObjectNode facts = item.objectNode();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        return;
      }
      facts.put(word.substring(0, equals), word.substring(equals + 1));
    }
    item.set("facts", facts);
  }

  private int verified() throws IOException {
    JsonNode report = cli().controlPlane().connect().get("/api/v1/audit/check" + of("?"));
    if (table()) {
      cli().out().println(text(report, "head"));
      cli().out().flush();
    } else {
      cli().print(report, root().output());
    }
    if (!report.path("whole").asBoolean()) {
      throw CommandException.failed("cannot trust the audit: " + text(report, "broken"));
    }
    cli()
        .talk(
            report.path("entries").asLong()
                + " entries are as they were written"
                + (report.path("unchained").asLong() > 0
                    ? ", but for the first "
                        + report.path("unchained").asLong()
                        + ", which an earlier version wrote without a hash"
                    : ""));
    return 0;
  }
}
