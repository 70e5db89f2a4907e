package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files of a home: whole or not there, never half. */
final class HomeFiles {
  private HomeFiles() {}

  /** Puts a file in the place of the one before, by rename. */
  static void replace(Path file, byte[] content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.write(
          temporary,
          content,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot write " + file + ": " + e, e);
    }
  }

  /** Removes a file if that is what it says. */
  static void removeIf(Path file, String content) {
    try {
      if (Files.exists(file) && Files.readString(file).strip().equals(content)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // It is left there: its reader finds that the process has ended.
      System.getLogger(HomeFiles.class.getName())
          .log(System.Logger.Level.WARNING, "cannot remove " + file, e);
    }
  }
}
