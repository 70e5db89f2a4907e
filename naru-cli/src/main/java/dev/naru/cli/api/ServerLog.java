package dev.naru.cli.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The control plane's log, read where it could not start.
 *
 * @param file {@code logs/server.log} of the home
 */
record ServerLog(Path file) {
  private static final int MOST_BYTES = 16 << 10;

  /** An error of ours; libraries have their say beside it, in other words and other threads. */
  private static final Pattern OURS = Pattern.compile("(?:\\S+ )?ERROR (?:\\S+ )?(cannot .*)");

  static ServerLog of(Home home) {
    return new ServerLog(home.folder().resolve("logs").resolve("server.log"));
  }

  /**
   * The last error that begins with {@code cannot}, else the last words that do, else the last
   * line.
   */
  String lastWords() {
    try {
      byte[] all = Files.readAllBytes(file);
      int from = Math.max(0, all.length - MOST_BYTES);
      List<String> lines =
          new String(all, from, all.length - from, StandardCharsets.UTF_8)
              .lines()
              .filter(l -> !l.isBlank())
              .toList();
      for (String line : lines.reversed()) {
        Matcher ours = OURS.matcher(line);
        if (ours.matches()) {
          return String.valueOf(ours.group(1));
        }
      }
      for (String line : lines.reversed()) {
        int at = line.indexOf("cannot ");
        if (at >= 0) {
          return line.substring(at);
        }
      }
      return lines.isEmpty() ? file + " is empty" : lines.getLast();
    } catch (IOException e) {
      return file + " is not there";
    }
  }
}
