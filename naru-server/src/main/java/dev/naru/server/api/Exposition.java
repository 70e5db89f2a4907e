package dev.naru.server.api;

import java.util.Locale;

/** Prometheus' text format, version 0.0.4: one HELP and TYPE per name, then its samples. */
final class Exposition {
  private final StringBuilder text = new StringBuilder();

  /** Begins a name; its samples follow. */
  Exposition name(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /**
   * One sample.
   *
   * @param labels names and values by turns
   */
  Exposition sample(String name, double value, String... labels) {
    text.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      text.append(escaped(labels[i + 1])).append('"');
    }
    text.append(labels.length == 0 ? " " : "} ");
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      text.append((long) value);
    } else {
      text.append(String.format(Locale.ROOT, "%.6f", value));
    }
    text.append('\n');
    return this;
  }

  /** One sample of a count. */
  Exposition sample(String name, long count, String... labels) {
    return sample(name, (double) count, labels);
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
