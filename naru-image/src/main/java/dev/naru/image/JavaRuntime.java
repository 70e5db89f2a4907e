package dev.naru.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** The Java runtime of images: linked from the host's JDK, the same bytes from the same JDK. */
final class JavaRuntime {
  /** Where it lies in images. */
  static final String HOME = "/usr/lib/jvm";

  /**
   * What a service, a training or the model server needs: no desktop, no tools. {@code
   * jdk.crypto.ec} is empty since 22 and kept for older class paths that name it.
   */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.instrument",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.security.sasl",
          "java.sql",
          "java.xml",
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.management",
          "jdk.net",
          "jdk.unsupported",
          "jdk.zipfs");

  /** What the runtime and the native code of common libraries load. */
  static final List<String> PACKAGES =
      List.of("libc6", "libgcc-s1", "libgomp1", "libstdc++6", "zlib1g");

  /** Bytes; a linked runtime takes about twice that. */
  private static final long LEAST_SPACE = 64L << 20;

  /** Counts in the layer's key: raise it when what is done here changes. */
  private static final int RULES = 1;

  private static final Map<Path, Seen> SEEN = new ConcurrentHashMap<>();

  private record Seen(Object time, Jdk jdk) {}

  private final Path jdk;

  JavaRuntime(Path jdk) {
    this.jdk = jdk;
  }

  /** Who and what the host's JDK is. */
  Jdk identity() throws IOException {
    Path modules = jdk.resolve("lib/modules");
    Object time = Files.getAttribute(modules, "unix:ctime");
    Seen seen = SEEN.get(modules);
    if (seen != null && seen.time().equals(time)) {
      return seen.jdk();
    }
    Properties release = new Properties();
    try (var in = Files.newBufferedReader(jdk.resolve("release"))) {
      release.load(in);
    }
    Jdk read =
        new Jdk(
            unquoted(release, "IMPLEMENTOR"),
            unquoted(release, "JAVA_RUNTIME_VERSION"),
            Hashes.ofFile(modules));
    SEEN.put(modules, new Seen(time, read));
    return read;
  }

  private static String unquoted(Properties release, String key) {
    return release.getProperty(key, "unknown").replace("\"", "");
  }

  /** Differs whenever another layer comes out. */
  static String key(Jdk jdk) {
    return Hashes.ofText("java " + RULES + " " + HOME + " " + jdk + " " + MODULES);
  }

  /** Links into a folder that does not exist yet. */
  void link(Path to) throws IOException {
    Tools.Ended ended =
        Tools.run(
            Disk.parent(to),
            Duration.ofMinutes(10),
            List.of(
                jdk.resolve("bin/jlink").toString(),
                "--add-modules",
                String.join(",", MODULES),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-6",
                "--generate-cds-archive",
                "--output",
                to.toString()));
    if (ended.exit() != 0) {
      // What writes the class data archive says nothing of a full disk.
      if (Files.getFileStore(Disk.parent(to)).getUsableSpace() < LEAST_SPACE) {
        throw new IOException("no space left on device");
      }
      throw Trouble.ofTool(
          "cannot link a Java runtime from " + jdk + ": jlink said: ",
          ended,
          "set NARU_JAVA_HOME to a JDK that has jlink, or give base: {ref: …}");
    }
    // For heaps beyond 32 GB only; without it these start a little later.
    Files.deleteIfExists(to.resolve("lib/server/classes_nocoops.jsa"));
    remembersNoFailedLookup(to.resolve("conf/security/java.security"));
    Trees.resolveLinks(to);
  }

  /** A peer's name may appear a moment later: ranks look it up again. */
  private static void remembersNoFailedLookup(Path file) throws IOException {
    String key = "networkaddress.cache.negative.ttl=";
    String text = Files.readString(file);
    String changed = text.replaceAll("(?m)^" + key.replace(".", "\\.") + "\\d+$", key + "0");
    if (!changed.contains("\n" + key + "0\n")) {
      throw new IOException(file + " has no line " + key);
    }
    Files.writeString(file, changed);
  }
}
