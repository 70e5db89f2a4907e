package dev.naru.image;

/**
 * A locked requirement of a Python image.
 *
 * @param name as the index spells it in the file's name
 * @param version of the distribution
 * @param file the wheel's file name
 * @param sha256 64 digits of the file
 */
public record Wheel(String name, String version, String file, String sha256) {
  /** Reads name and version from the file's name (binary distribution format, PEP 427). */
  static Wheel of(String file, String sha256) {
    String[] parts = file.replaceFirst("\\.whl$", "").split("-", -1);
    if (!file.endsWith(".whl") || parts.length < 5) {
      throw Trouble.failed(
          "cannot take requirement "
              + file
              + ": it is no wheel; lock a version that is published as a wheel");
    }
    return new Wheel(parts[0], parts[1], file, sha256);
  }

  /** The name as requirements are compared (PEP 503). */
  String normalName() {
    return normal(name);
  }

  static String normal(String name) {
    return name.toLowerCase(java.util.Locale.ROOT).replaceAll("[-_.]+", "-");
  }
}
