package dev.naru.server;

import java.util.Optional;

/**
 * What this program was built from and how it was started.
 *
 * @param version of Naru
 * @param build hash of the sources; {@code unknown} where the launcher did not start it
 */
public record BuildInfo(String version, String build) {
  /** Of Naru. */
  public static final String VERSION = "0.1.0";

  /** From the properties that the launcher sets. */
  static BuildInfo ofThisProcess() {
    return new BuildInfo(
        VERSION,
        Optional.ofNullable(System.getProperty("naru.build"))
            .filter(b -> !b.isEmpty())
            .orElse("unknown"));
  }
}
