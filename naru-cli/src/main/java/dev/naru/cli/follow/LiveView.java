package dev.naru.cli.follow;

import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.SafeText;
import dev.naru.cli.talk.Status;
import dev.naru.cli.talk.Terminal;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One line for each workload, drawn again in place: bar, step, metrics, replicas, state. Lines are
 * cut to the terminal's width, which is asked for once a second, so that none wraps.
 */
public final class LiveView implements View {
  private static final Duration WIDTH_HOLDS = Duration.ofSeconds(1);
  private static final int LEAST_ROOM = 30;
  private static final int MOST_BAR = 24;
  private final PrintStream err;
  private final Terminal terminal;
  private final Clock clock;
  private final Instant began;
  private final SortedMap<String, Status> workloads;
  private List<String> drawn = List.of();
  private boolean changed;
  private int width;
  private Instant widthAsked = Instant.MIN;
  private String footer = "";

  /**
   * Begins now.
   *
   * @param order of the lines: the workloads' refs as the file has them
   */
  public LiveView(PrintStream err, Terminal terminal, Clock clock, List<String> order) {
    this.workloads =
        new TreeMap<>(
            Comparator.<String>comparingInt(order::indexOf)
                .thenComparing(Comparator.naturalOrder()));
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
    this.began = clock.instant();
  }

  @Override
  public void show(Status status) {
    workloads.put(status.ref(), status);
    changed = true;
  }

  @Override
  public void tick() {
    Instant now = clock.instant();
    if (widthAsked.equals(Instant.MIN)
        || Duration.between(widthAsked, now).compareTo(WIDTH_HOLDS) >= 0) {
      int asked = terminal.width();
      changed |= asked != width;
      width = asked;
      widthAsked = now;
    }
    String elapsed = Amounts.seconds(Duration.between(began, now));
    if (changed || !elapsed.equals(footer)) {
      footer = elapsed;
      draw();
    }
  }

  @Override
  public void say(String line) {
    StringBuilder out = new StringBuilder();
    back(out);
    err.print(out.append("\r\033[J").append(line).append('\n'));
    drawn = List.of();
    draw();
  }

  @Override
  public void end() {
    draw();
    drawn = List.of();
  }

  private void draw() {
    List<String> lines = new ArrayList<>();
    int names = workloads.keySet().stream().mapToInt(String::length).max().orElse(0);
    for (Status status : workloads.values()) {
      lines.add(line(status, names, Math.max(20, width) - 1));
    }
    lines.add("  " + footer);
    StringBuilder out = new StringBuilder();
    back(out);
    for (String line : lines) {
      out.append("\r\033[K").append(line).append('\n');
    }
    err.print(out.append("\033[J"));
    err.flush();
    drawn = lines;
    changed = false;
  }

  /** To the first line drawn, also where a narrower window has wrapped the lines since. */
  private void back(StringBuilder out) {
    int rows = 0;
    for (String line : drawn) {
      rows += Math.max(1, (plainLength(line) + Math.max(20, width) - 1) / Math.max(20, width));
    }
    if (rows > 0) {
      out.append("\033[").append(rows).append('A');
    }
  }

  private String line(Status status, int names, int columns) {
    String name = SafeText.line(status.ref());
    String head = "  " + name + " ".repeat(Math.max(0, names - name.length()) + 2);
    int room = columns - head.length();
    int size = room < LEAST_ROOM ? 0 : Math.min(MOST_BAR, room / 3);
    String line = head + (size > 0 ? bar(Words.part(status), size) + "  " : "") + rest(status);
    return colour(status, line.length() > columns ? line.substring(0, columns) : line);
  }

  private static String rest(Status status) {
    List<String> words = new ArrayList<>();
    words.add(Words.steps(status));
    words.add(status.metrics(status.status("progress").path("metrics"), 1));
    if (status.kind().equals("inference")) {
      words.add(Words.ready(status));
    } else if (!status.status("replicas").isEmpty()) {
      words.add(status.replicasUp() + "/" + status.status("replicas").size() + " replicas");
    }
    words.add(SafeText.line(status.phase().isEmpty() ? "Pending" : status.phase()));
    long attempt = status.status("attempt").asLong();
    words.add(attempt > 1 ? "attempt " + attempt : "");
    words.add(SafeText.line(Words.why(status)));
    words.removeIf(String::isEmpty);
    return String.join("  ", words);
  }

  private String bar(double part, int size) {
    String full = terminal.unicode() ? "█" : "#";
    String empty = terminal.unicode() ? "░" : ".";
    int filled = part < 0 ? 0 : (int) Math.floor(part * size);
    return full.repeat(filled) + empty.repeat(size - filled);
  }

  private String colour(Status status, String line) {
    if (!terminal.colours()) {
      return line;
    }
    return switch (status.phase()) {
      case "Succeeded", "Ready" -> "\033[32m" + line + "\033[0m";
      case "Failed" -> "\033[31m" + line + "\033[0m";
      case "Degraded" -> "\033[33m" + line + "\033[0m";
      default -> line;
    };
  }

  private static int plainLength(String line) {
    return line.replaceAll("\033\\[[0-9]*m", "").length();
  }
}
