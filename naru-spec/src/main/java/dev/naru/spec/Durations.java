package dev.naru.spec;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the file writes them: {@code 50ms}, {@code 10s}, {@code 1m30s}, {@code 2h}. */
public final class Durations {
  private static final Pattern GRAMMAR =
      Pattern.compile("(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,12})ms)?");

  private Durations() {}

  /**
   * Reads hours, minutes, seconds and milliseconds, in this order, each at most once.
   *
   * @throws IllegalArgumentException in words, when it is no duration
   */
  public static Duration parse(String text) {
    Matcher m = GRAMMAR.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      throw new IllegalArgumentException(
          "expected a duration such as 50ms, 10s, 1m30s or 2h, in whole numbers with units");
    }
    return Duration.ofHours(part(m.group(1)))
        .plusMinutes(part(m.group(2)))
        .plusSeconds(part(m.group(3)))
        .plusMillis(part(m.group(4)));
  }

  /** Writes it as the file would, to the millisecond: {@code 1m30s}; nothing is {@code 0s}. */
  public static String print(Duration duration) {
    StringBuilder out = new StringBuilder();
    add(out, duration.toHours(), "h");
    add(out, duration.toMinutesPart(), "m");
    add(out, duration.toSecondsPart(), "s");
    add(out, duration.toMillisPart(), "ms");
    return out.isEmpty() ? "0s" : out.toString();
  }

  private static long part(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static void add(StringBuilder out, long amount, String unit) {
    if (amount != 0) {
      out.append(amount).append(unit);
    }
  }
}
