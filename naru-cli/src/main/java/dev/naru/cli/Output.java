package dev.naru.cli;

import java.util.Locale;

/** How data is printed. */
enum Output {
  TABLE,
  JSON,
  YAML;

  /** As the command line writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
