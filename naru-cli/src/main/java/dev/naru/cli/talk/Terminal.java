package dev.naru.cli.talk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which of the standard streams are terminals, and what the terminal can show.
 *
 * @param in whether questions can be asked
 * @param out whether data is read by a person
 * @param err whether live lines can be drawn
 * @param env the environment: NO_COLOR, TERM, COLUMNS, LC_ALL, LC_CTYPE, LANG
 */
public record Terminal(boolean in, boolean out, boolean err, Map<String, String> env) {
  private static final int USUAL_WIDTH = 80;
  private static final int LEAST_WIDTH = 20;

  /** Copies the map. */
  public Terminal {
    env = Map.copyOf(env);
  }

  /** From the launcher's word, such as {@code in,out,err}. */
  public static Terminal of(String tty, Map<String, String> env) {
    return new Terminal(tty.contains("in"), tty.contains("out"), tty.contains("err"), env);
  }

  /** No stream is a terminal. */
  public static Terminal none(Map<String, String> env) {
    return new Terminal(false, false, false, env);
  }

  /** Whether lines can be drawn again in place. */
  public boolean live() {
    return err && !env.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** Whether colours are wanted on the stream that people read. */
  public boolean colours() {
    return env.getOrDefault("NO_COLOR", "").isEmpty()
        && !env.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** Whether more than ASCII can be shown. */
  public boolean unicode() {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = env.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String upper = value.toUpperCase(Locale.ROOT);
        return upper.contains("UTF-8") || upper.contains("UTF8");
      }
    }
    return false;
  }

  /** Columns of the terminal now, at least 20; COLUMNS or 80 where there is none. */
  public int width() {
    int columns = out || err ? asked() : 0;
    if (columns <= 0) {
      columns = number(env.getOrDefault("COLUMNS", ""));
    }
    return columns <= 0 ? USUAL_WIDTH : Math.max(LEAST_WIDTH, columns);
  }

  /** What stty says, a program of every system, in two milliseconds; 0 where it cannot. */
  private static int asked() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream said = stty.getInputStream()) {
        String[] words =
            new String(said.readAllBytes(), StandardCharsets.US_ASCII).trim().split(" ", -1);
        stty.waitFor(1, TimeUnit.SECONDS);
        return words.length == 2 ? number(words[1]) : 0;
      }
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
