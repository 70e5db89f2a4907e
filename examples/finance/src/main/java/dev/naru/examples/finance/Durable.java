package dev.naru.examples.finance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Files and folders that are complete or absent, whenever the process or the machine dies. */
final class Durable {
  private Durable() {}

  /** Writes beside the target under a hidden name, then renames; an older target is replaced. */
  static void write(Path target, ByteBuffer content) throws IOException {
    Path folder = parent(target);
    Files.createDirectories(folder);
    Path hidden = hidden(target);
    writeThrough(hidden, content);
    rename(hidden, target);
    sync(folder);
  }

  /**
   * Makes a folder that holds one file. A complete folder of that name is left as it is: it was
   * written for the same step.
   */
  static void writeFolder(Path target, String file, byte[] content) throws IOException {
    if (Files.isDirectory(target)) {
      return;
    }
    Path hidden = hidden(target);
    delete(hidden);
    Files.createDirectories(hidden);
    writeThrough(hidden.resolve(file), ByteBuffer.wrap(content));
    sync(hidden);
    rename(hidden, target);
    sync(parent(target));
  }

  private static Path parent(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw Stop.usage("cannot write to the root folder '" + target + "'");
    }
    return folder;
  }

  private static Path hidden(Path target) {
    return parent(target).resolve("." + target.getFileName() + ".tmp");
  }

  private static void writeThrough(Path file, ByteBuffer content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + to + " cannot rename in one step", e);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes a file or a folder with all it holds; absent is fine. */
  static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> children = Files.list(path)) {
        children.forEach(child -> {
          try {
            delete(child);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    Files.deleteIfExists(path);
  }
}
