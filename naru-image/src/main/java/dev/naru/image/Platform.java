package dev.naru.image;

/** The processor that images are built for: this host's. */
final class Platform {
  private Platform() {}

  /** As OCI and Debian call it. */
  static String architecture() {
    String arch = System.getProperty("os.arch", "");
    return switch (arch) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> arch;
    };
  }

  /** Such as {@code linux/amd64}. */
  static String name() {
    return "linux/" + architecture();
  }

  /** The processor in the names of wheels and library folders. */
  static String machine() {
    return architecture().equals("arm64") ? "aarch64" : "x86_64";
  }
}
