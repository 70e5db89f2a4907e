package dev.naru.server.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where SQLite's native library is unpacked: beside the database, not in the system's temporary
 * folder, where a killed process would leave 1 MB each time. Call it only with the lock held.
 */
final class NativeLibrary {
  private static final String PROPERTY = "org.sqlite.tmpdir";

  private NativeLibrary() {}

  /** Takes that folder, without what killed processes left there. */
  static void unpackIn(Path folder) throws IOException {
    if (System.getProperty(PROPERTY) != null) {
      return; // this process has it loaded, or somebody wants it elsewhere
    }
    Files.createDirectories(folder);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "sqlite-*")) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    System.setProperty(PROPERTY, folder.toString());
  }
}
