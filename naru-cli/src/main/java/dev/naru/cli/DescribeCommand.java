package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Status;
import dev.naru.cli.talk.Table;
import dev.naru.cli.talk.Yaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "describe",
    header = "Tells everything about one resource, with its events.",
    footer = {"", "Example:", "  naru describe training/fraud"})
final class DescribeCommand extends BaseCommand {
  private static final String[] TABLES = {"conditions", "attempts", "replicas"};

  @Parameters(
      paramLabel = "KIND/NAME",
      completionCandidates = KindWords.class,
      description = "The resource, such as training/fraud.")
  String target = "";

  @Override
  int run() throws Exception {
    OneTarget one = OneTarget.open(this, Target.parse(target));
    JsonNode events = one.api().get(one.path() + "/events?limit=50").path("items");
    if (!table()) {
      ObjectNode all = one.object().deepCopy();
      all.set("events", events);
      cli().print(all, root().output());
      return 0;
    }
    cli().out().print(SafeText.lines(text(one.object(), events)));
    return 0;
  }

  private static String text(JsonNode object, JsonNode events) {
    Status status = new Status(object);
    StringBuilder out = new StringBuilder();
    out.append(status.ref()).append(" of project ").append(status.project()).append('\n');
    out.append("phase: ").append(status.phase()).append('\n');
    section(out, "spec", Yaml.write(object.path("spec")));
    ObjectNode rest =
        object.path("status").isObject()
            ? object.path("status").deepCopy()
            : dev.naru.cli.talk.Json.object();
    rest.remove("phase");
    for (String table : TABLES) {
      rest.remove(table);
    }
    section(out, "status", rest.isEmpty() ? "" : Yaml.write(rest));
    section(
        out,
        "conditions",
        rows(
            status.status("conditions"),
            "type",
            "status",
            "reason",
            "lastTransitionTime",
            "message"));
    section(
        out,
        "attempts",
        rows(
            status.status("attempts"),
            "number",
            "outcome",
            "startedAt",
            "endedAt",
            "resumedFromStep",
            "recoverySeconds",
            "reason"));
    section(
        out,
        "replicas",
        rows(status.status("replicas"), "index", "phase", "ready", "node", "handle", "restarts"));
    section(out, "events", rows(events, "at", "level", "reason", "message"));
    return out.toString();
  }

  private static void section(StringBuilder out, String head, String body) {
    if (!body.isEmpty()) {
      out.append(head).append(":\n");
      body.lines().forEach(line -> out.append("  ").append(line).append('\n'));
    }
  }

  private static String rows(JsonNode items, String... fields) {
    String[] heads = new String[fields.length];
    for (int i = 0; i < fields.length; i++) {
      heads[i] = fields[i].replaceAll("([a-z])([A-Z])", "$1 $2").toUpperCase(java.util.Locale.ROOT);
    }
    Table table = new Table(heads);
    for (JsonNode item : items) {
      String[] cells = new String[fields.length];
      for (int i = 0; i < fields.length; i++) {
        cells[i] = item.path(fields[i]).asText("");
      }
      table.row(cells);
    }
    return table.size() == 0 ? "" : table.print();
  }
}
