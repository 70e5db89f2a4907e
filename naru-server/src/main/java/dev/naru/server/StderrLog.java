package dev.naru.server;

import dev.naru.core.NaruException;
import java.util.Locale;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The log of a program in a container: one line a record, as in the log of a home, to stderr. */
public final class StderrLog {
  private static final Map<String, Level> LEVELS =
      Map.of(
          "error", Level.SEVERE,
          "warn", Level.WARNING,
          "info", Level.INFO,
          "debug", Level.FINE);

  /** Held here, for a logger that nobody holds forgets its level. */
  private static final Logger NARU = Logger.getLogger("dev.naru");

  private StderrLog() {}

  /**
   * Sends all logging of this process there. Libraries say what they say from {@code warn} on.
   *
   * @param level {@code error}, {@code warn}, {@code info} or {@code debug}
   * @throws NaruException INVALID where it is none of them
   */
  public static void install(String level) {
    Level least = LEVELS.get(level.toLowerCase(Locale.ROOT));
    if (least == null) {
      throw new NaruException(
          NaruException.Code.INVALID,
          "cannot start: NARU_LOG_LEVEL is '" + level + "', expected error, warn, info or debug");
    }
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new LogLine());
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(least.intValue() > Level.WARNING.intValue() ? least : Level.WARNING);
    NARU.setLevel(least);
  }
}
