package dev.naru.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The table of behaviours and engines, from a file for each engine. */
final class ParityPage {
  static final List<String> ENGINES = List.of("simulated", "process", "docker", "kubernetes");

  private ParityPage() {}

  /** What an engine did: yes, or no with the reason, by {@code theme TAB behaviour}. */
  static SortedMap<String, String> read(Path file) throws IOException {
    SortedMap<String, String> rows = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int tab = line.lastIndexOf('\t');
        rows.put(line.substring(0, tab), line.substring(tab + 1));
      }
    }
    return rows;
  }

  /**
   * The page.
   *
   * @param frame its text, with {@code {table}}, {@code {reasons}} and {@code {count}}
   */
  static String make(Path folder, String frame) throws IOException {
    List<SortedMap<String, String>> columns = new ArrayList<>();
    TreeSet<String> behaviours = new TreeSet<>();
    for (String engine : ENGINES) {
      columns.add(read(folder.resolve(engine + ".tsv")));
      behaviours.addAll(columns.getLast().keySet());
    }
    List<String> reasons = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    String theme = "";
    for (String behaviour : behaviours) {
      String[] parts = behaviour.split("\t", 2);
      if (!parts[0].equals(theme)) {
        theme = parts[0];
        table.append(theme.equals(behaviours.first().split("\t", 2)[0]) ? "" : "\n");
        table.append("| ").append(theme).append(" | ").append(String.join(" | ", ENGINES));
        table.append(" |\n|---").append("|---".repeat(ENGINES.size())).append("|\n");
      }
      table.append("| ").append(parts[1]);
      for (int i = 0; i < columns.size(); i++) {
        table.append(" | ").append(cell(columns.get(i).get(behaviour), ENGINES.get(i), reasons));
      }
      table.append(" |\n");
    }
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < reasons.size(); i++) {
      list.append(i + 1).append(". ").append(reasons.get(i)).append(".\n");
    }
    return frame
        .replace("{count}", Integer.toString(behaviours.size()))
        .replace("{table}\n", table)
        .replace("{reasons}\n", list);
  }

  private static String cell(
      @org.jspecify.annotations.Nullable String said, String engine, List<String> reasons) {
    if (said == null) {
      return "not tried";
    }
    if (said.equals("yes")) {
      return "yes";
    }
    String reason = engine + ": " + said.substring("no: ".length());
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
    return "no (" + (reasons.indexOf(reason) + 1) + ")";
  }
}
