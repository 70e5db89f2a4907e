package dev.naru.examples.finance;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import ml.dmlc.xgboost4j.java.XGBoostJNI;

/**
 * XGBoost's library. Its own loader unpacks it (18 MB) to {@code java.io.tmpdir}, which the JVM
 * fixes at its start without looking at TMPDIR, and leaves the file behind when the process is
 * killed. So it is unpacked here, into a folder of its own that is gone as soon as the library is
 * mapped, and the loader is told that its work is done.
 */
final class NativeCode {
  private static final String LOADER = "ml.dmlc.xgboost4j.java.NativeLibLoader";
  private static final String DONE = "initialized";

  /** Errors only: a warning would come for every retried connection. */
  private static final String QUIET = "{\"verbosity\": 0}";

  private NativeCode() {}

  /** Loads the library, once a process. */
  @SuppressWarnings("restricted") // the program's manifest enables native access
  static void load(Path temporaryFolder) throws IOException {
    Files.createDirectories(temporaryFolder);
    Path own = Files.createTempDirectory(temporaryFolder, "xgboost");
    try {
      Path library = own.resolve(System.mapLibraryName("xgboost4j"));
      unpack(resource(library), library);
      System.load(library.toAbsolutePath().toString());
    } finally {
      Durable.delete(own);
    }
    markLoaded();
    XGBoostJNI.XGBSetGlobalConfig(QUIET);
  }

  private static void unpack(String resource, Path library) throws IOException {
    try (InputStream packed = NativeCode.class.getResourceAsStream(resource)) {
      if (packed == null) {
        throw new IOException(
            "no XGBoost for this machine: " + resource + " is not in the program");
      }
      Files.copy(packed, library);
    }
  }

  private static String resource(Path library) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "");
    return "/lib/%s/%s/%s"
        .formatted(
            system.startsWith("mac") ? "macos" : system,
            processor.equals("amd64") ? "x86_64" : processor,
            library.getFileName());
  }

  private static void markLoaded() throws IOException {
    try {
      Field done = Class.forName(LOADER).getDeclaredField(DONE);
      done.setAccessible(true);
      done.setBoolean(null, true);
    } catch (ReflectiveOperationException e) {
      throw new IOException("this XGBoost has no " + LOADER + "." + DONE, e);
    }
  }
}
