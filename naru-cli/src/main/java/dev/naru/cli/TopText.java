package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** The composition of the work as bars that fit the terminal. */
final class TopText {
  /** In the order of the bars; a letter each, which also tells them apart without colours. */
  private enum Part {
    PREPARE('P', "34"),
    TRAIN('T', "33"),
    INFER('I', "32"),
    NARU('N', "35"),
    OTHER('o', "90"),
    FREE('.', "");

    private final char letter;
    private final String colour;

    Part(char letter, String colour) {
      this.letter = letter;
      this.colour = colour;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Measure(String word, String field, LongFunction<String> amount) {}

  private static final Measure CPU = new Measure("cpu", "cpuMillis", v -> Amounts.cores(v));
  private static final Measure MEMORY = new Measure("memory", "memoryBytes", Amounts::bytes);
  private static final int LEAST_BAR = 10;
  private static final int MOST_BAR = 100;

  private final int width;
  private final Terminal terminal;
  private final StringBuilder out = new StringBuilder();

  private TopText(int width, Terminal terminal) {
    this.width = width;
    this.terminal = terminal;
  }

  static String of(JsonNode top, int width, Terminal terminal) {
    TopText text = new TopText(width, terminal);
    for (JsonNode node : top.path("nodes")) {
      text.node("node " + node.path("name").asText(), node);
    }
    if (top.path("nodes").isEmpty()) {
      text.line("no node may be looked at");
    }
    if (top.path("nodes").size() > 1) {
      text.node("in all", top.path("total"));
    }
    text.workloads(top.path("workloads"));
    return text.out.toString();
  }

  private void node(String head, JsonNode node) {
    JsonNode classes = node.path("classes");
    long cores = sum(classes, "used", CPU.field());
    long memory = sum(classes, "used", MEMORY.field());
    line(
        SafeText.line(head)
            + ": "
            + Amounts.cores(node.path("cpuMillis").asLong(cores))
            + " cores, "
            + Amounts.bytes(node.path("memoryBytes").asLong(memory)));
    for (Measure measure : List.of(CPU, MEMORY)) {
      bar(measure, "reserved", classes);
      bar(measure, "used", classes);
    }
  }

  private static long sum(JsonNode classes, String how, String field) {
    long sum = 0;
    for (Part part : Part.values()) {
      sum += amount(classes, part, how, field);
    }
    return sum;
  }

  private static long amount(JsonNode classes, Part part, String how, String field) {
    return classes.path(part.word()).path(how).path(field).asLong();
  }

  private void bar(Measure measure, String how, JsonNode classes) {
    Part[] parts = Part.values();
    long[] amounts = new long[parts.length];
    List<String> legend = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      Part part = parts[i];
      amounts[i] = amount(classes, part, how, measure.field());
      if (amounts[i] > 0) {
        legend.add(part.letter + " " + part.word() + " " + measure.amount().apply(amounts[i]));
      }
    }
    String head = "  %-6s %-8s ".formatted(measure.word(), how);
    int room = Math.clamp(width - 1L - head.length() - 2, LEAST_BAR, MOST_BAR);
    line(head + "[" + drawn(amounts, room) + "]");
    wrapped(legend);
  }

  private String drawn(long[] amounts, int room) {
    int[] cells = cells(amounts, room);
    StringBuilder bar = new StringBuilder();
    Part[] parts = Part.values();
    for (int i = 0; i < parts.length; i++) {
      Part part = parts[i];
      String cell = String.valueOf(part.letter).repeat(cells[i]);
      boolean coloured =
          terminal.out() && terminal.colours() && !part.colour.isEmpty() && !cell.isEmpty();
      bar.append(coloured ? "\033[" + part.colour + "m" + cell + "\033[0m" : cell);
    }
    return bar.toString();
  }

  /** Cells that add up to the room, by the largest remainders. */
  static int[] cells(long[] amounts, int room) {
    double sum = 0;
    for (long amount : amounts) {
      sum += amount;
    }
    int[] cells = new int[amounts.length];
    if (sum <= 0) {
      cells[cells.length - 1] = room;
      return cells;
    }
    double[] rests = new double[amounts.length];
    int given = 0;
    for (int i = 0; i < amounts.length; i++) {
      double exact = amounts[i] / sum * room;
      cells[i] = (int) exact;
      rests[i] = exact - cells[i];
      given += cells[i];
    }
    for (; given < room; given++) {
      int largest = 0;
      for (int i = 1; i < rests.length; i++) {
        largest = rests[i] > rests[largest] ? i : largest;
      }
      cells[largest]++;
      rests[largest] = -1;
    }
    return cells;
  }

  private void wrapped(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      if (!line.isEmpty() && 5 + line.length() + 3 + word.length() > width - 1) {
        line("     " + line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : "   ").append(word);
    }
    if (!line.isEmpty()) {
      line("     " + line);
    }
  }

  private void workloads(JsonNode workloads) {
    if (workloads.isEmpty()) {
      return;
    }
    dev.naru.cli.talk.Table table =
        new dev.naru.cli.talk.Table(
            "WORKLOAD", "REPLICAS", "CPU USED", "OF", "MEMORY USED", "OF", "PROJECT");
    for (JsonNode workload : workloads) {
      table.row(
          workload.path("ref").asText(),
          workload.path("replicas").asText(),
          Amounts.cores(workload.path("used").path("cpuMillis").asLong()),
          Amounts.cores(workload.path("reserved").path("cpuMillis").asLong()),
          Amounts.bytes(workload.path("used").path("memoryBytes").asLong()),
          Amounts.bytes(workload.path("reserved").path("memoryBytes").asLong()),
          workload.path("project").asText());
    }
    out.append('\n');
    table.print().lines().forEach(l -> line(l.length() < width ? l : l.substring(0, width - 1)));
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
