package dev.naru.cli.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The control plane's log, read where it could not start.
 *
 * @param file {@code logs/server.log} of the home
 */
record ServerLog(Path file) {
  private static final int MOST_BYTES = 16 << 10;

  static ServerLog of(Home home) {
    return new ServerLog(home.folder().resolve("logs").resolve("server.log"));
  }

  /** The last words that begin with {@code cannot}, else the last line. */
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
