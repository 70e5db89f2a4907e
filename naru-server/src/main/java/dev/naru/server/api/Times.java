package dev.naru.server.api;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the API writes them. */
final class Times {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** ISO-8601, UTC, with milliseconds. */
  static String text(Instant at) {
    return MILLIS.format(at);
  }

  /** Seconds with milliseconds. */
  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
