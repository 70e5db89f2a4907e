package dev.naru.core.testkit.engine;

import dev.naru.core.NaruException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Layers of images for tests, made of this machine's own JDK and C library: no registry is needed,
 * and there is no shell in them. The real ones are the image builder's.
 */
public final class TestLayers {
  private static final List<String> LIBRARIES =
      List.of(
          "ld-linux-x86-64.so.2",
          "libc.so.6",
          "libm.so.6",
          "libdl.so.2",
          "libpthread.so.0",
          "librt.so.1",
          "libz.so.1");

  private static final List<Path> FOLDERS =
      List.of(Path.of("/lib/x86_64-linux-gnu"), Path.of("/lib64"), Path.of("/usr/lib64"));

  private TestLayers() {}

  /** A Java runtime with its command at {@code /jre/bin/java}; a tar archive. */
  public static byte[] runtime() throws IOException {
    Map<String, Path> files = new TreeMap<>();
    files.put("jre", jre());
    // Without it Java takes arguments and file names for ASCII.
    files.put("usr/lib/locale/C.utf8", Path.of("/usr/lib/locale/C.utf8"));
    for (String library : LIBRARIES) {
      Path found =
          FOLDERS.stream()
              .map(f -> f.resolve(library))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow(
                  () -> new NaruException(NaruException.Code.NOT_FOUND, "no " + library + " here"));
      files.put("lib/x86_64-linux-gnu/" + library, found);
      if (library.startsWith("ld-")) {
        files.put("lib64/" + library, found);
      }
    }
    return of(files);
  }

  /** A small runtime, linked once per build folder. */
  private static Path jre() throws IOException {
    Path jre = Path.of("target/test-jre").toAbsolutePath();
    if (!Files.isDirectory(jre)) {
      Path jdk = Path.of(System.getProperty("java.home"));
      Process link =
          new ProcessBuilder(
                  jdk.resolve("bin/jlink").toString(),
                  "--add-modules",
                  "java.base,jdk.httpserver",
                  "--strip-debug",
                  "--no-header-files",
                  "--no-man-pages",
                  "--generate-cds-archive",
                  "--output",
                  jre.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(link.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      try {
        if (link.waitFor() != 0) {
          throw new IOException("jlink: " + said);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    return jre;
  }

  /**
   * A tar archive of files and folders.
   *
   * @param roots where they are on this machine, by their place in the image
   */
  public static byte[] of(Map<String, Path> roots) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, Path> root : roots.entrySet()) {
        Path real = root.getValue().toRealPath();
        try (Stream<Path> walk = Files.walk(real)) {
          for (Path file : (Iterable<Path>) walk.sorted()::iterator) {
            String relative = real.relativize(file).toString();
            add(tar, relative.isEmpty() ? root.getKey() : root.getKey() + "/" + relative, file);
          }
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void add(TarArchiveOutputStream tar, String name, Path file) throws IOException {
    boolean folder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    TarArchiveEntry entry = new TarArchiveEntry(folder ? name + "/" : name);
    entry.setMode(0755);
    entry.setModTime(0);
    entry.setSize(folder ? 0 : Files.size(file));
    tar.putArchiveEntry(entry);
    if (!folder) {
      Files.copy(file, (OutputStream) tar);
    }
    tar.closeArchiveEntry();
  }

  /** The jar or folder that a class was loaded from. */
  public static Path place(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /** {@code sha256:...} of these bytes. */
  public static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
