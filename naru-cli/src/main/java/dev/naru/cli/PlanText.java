package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as people read it: changes, what the engine cannot honour, links, addresses. */
final class PlanText {
  private final JsonNode plan;
  private final StringBuilder out = new StringBuilder();

  private PlanText(JsonNode plan) {
    this.plan = plan;
  }

  static String of(JsonNode plan) {
    return new PlanText(plan).print();
  }

  private String print() {
    line(
        "project "
            + plan.path("project").asText()
            + ", engine "
            + plan.path("engine").asText("process"));
    for (JsonNode warning : plan.path("warnings")) {
      line("  warning: " + warning.asText());
    }
    changes();
    notes();
    links();
    addresses();
    return out.toString();
  }

  private void changes() {
    List<String[]> rows = new ArrayList<>();
    int kept = 0;
    for (JsonNode change : plan.path("changes")) {
      String action = change.path("action").asText();
      if (action.equals("keep")) {
        kept++;
        continue;
      }
      rows.add(
          new String[] {
            mark(action), action, change.path("ref").asText(), change.path("detail").asText("")
          });
    }
    if (rows.isEmpty()) {
      line("  nothing to do");
      return;
    }
    int refs = rows.stream().mapToInt(r -> r[2].length()).max().orElse(0);
    for (String[] row : rows) {
      line(
          ("  %s %-7s %-" + refs + "s  %s")
              .formatted(row[0], row[1], row[2], row[3])
              .stripTrailing());
    }
    if (kept > 0) {
      line("  = keep    " + kept + (kept == 1 ? " resource" : " resources"));
    }
  }

  private static String mark(String action) {
    return switch (action) {
      case "create" -> "+";
      case "remove" -> "-";
      case "run" -> ">";
      case "replace" -> "!";
      default -> "~";
    };
  }

  /** The same words about several resources are said once. */
  private void notes() {
    Map<String, Map<String, List<String>>> byLevel = new LinkedHashMap<>();
    for (JsonNode note : plan.path("notes")) {
      String field = note.path("field").asText();
      String words = (field.isEmpty() ? "" : field + ": ") + note.path("message").asText();
      byLevel
          .computeIfAbsent(note.path("level").asText("DOWNGRADED"), _ -> new LinkedHashMap<>())
          .computeIfAbsent(words, _ -> new ArrayList<>())
          .add(note.path("ref").asText());
    }
    byLevel.forEach((level, notes) -> {
      line(level.equals("REFUSED") ? "refused:" : "not as the file says:");
      notes.forEach((words, refs) -> {
        line("  " + words);
        refs.removeIf(String::isEmpty);
        if (!refs.isEmpty()) {
          line("    of " + String.join(", ", refs));
        }
      });
    });
  }

  private void links() {
    Map<String, List<String>> byFrom = new LinkedHashMap<>();
    for (JsonNode link : plan.path("links")) {
      String why = link.path("why").asText("");
      byFrom
          .computeIfAbsent(link.path("from").asText(), _ -> new ArrayList<>())
          .add(end(link) + (why.isEmpty() ? "" : "  (" + why + ")"));
    }
    if (byFrom.isEmpty()) {
      return;
    }
    line("links:");
    byFrom.forEach((from, tos) -> {
      for (int i = 0; i < tos.size(); i++) {
        String head = i == 0 ? from + " --" : " ".repeat(from.length()) + " `-";
        line("  " + head + "> " + tos.get(i));
      }
    });
  }

  /** {@code inference/fraud 8080/tcp as fraud-infer}. */
  private static String end(JsonNode link) {
    String to = link.path("to").asText();
    String host = link.path("host").asText(to);
    int port = link.path("port").asInt();
    return to
        + (port == 0 ? "" : " " + port + "/" + link.path("protocol").asText())
        + (link.path("why").asText().equals("spec.egress") && !host.equals(to)
            ? " as " + host
            : "");
  }

  private void addresses() {
    if (plan.path("addresses").isEmpty()) {
      return;
    }
    line("addresses:");
    for (JsonNode address : plan.path("addresses")) {
      line("  " + address.path("ref").asText() + "  " + address.path("url").asText());
      String owner = address.path("shortOwner").asText("");
      if (!owner.isEmpty() && !owner.equals(plan.path("project").asText())) {
        line("    the short form is project " + owner + "'s");
      }
    }
  }

  private void line(String text) {
    out.append(SafeText.line(text)).append('\n');
  }
}
