package dev.naru.cli.talk;

import java.time.Duration;
import java.util.Locale;

/** Times and sizes as people read them. */
public final class Amounts {
  private Amounts() {}

  /** An age as cluster tools write it: {@code 45s}, {@code 3m20s}, {@code 5h}, {@code 12d}. */
  public static String age(Duration age) {
    long s = Math.max(0, age.toSeconds());
    if (s < 120) {
      return s + "s";
    }
    if (s < 600) {
      return s / 60 + "m" + (s % 60 == 0 ? "" : s % 60 + "s");
    }
    if (s < 3 * 3600) {
      return s / 60 + "m";
    }
    return s < 48 * 3600 ? s / 3600 + "h" : s / 86400 + "d";
  }

  /** Seconds with one digit after the point: {@code 3.2 s}. */
  public static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }

  /** Bytes with a binary unit and three digits: {@code 1.25 GiB}. */
  public static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    int digits = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f %s", value, units[unit]);
  }

  /** Thousandths of a core as cores: {@code 0.25}. */
  public static String cores(long millis) {
    return String.format(Locale.ROOT, "%.2f", millis / 1000.0);
  }

  /** A metric with four significant digits, no trailing zeros. */
  public static String metric(double value) {
    String text = String.format(Locale.ROOT, "%.4g", value);
    if (text.contains("e") || !text.contains(".")) {
      return text;
    }
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
