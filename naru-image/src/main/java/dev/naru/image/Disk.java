package dev.naru.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Files that are whole or absent, and folders that go with all that is in them. */
public final class Disk {
  private Disk() {}

  /** A new name beside {@code file}, hidden, on the same file system. */
  static Path beside(Path file) {
    return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Writes a file in one step: a reader sees the old contents or the new ones. */
  static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(parent(file));
    replace(file, bytes);
  }

  /** The same with mode 0600 from the first byte on, in a folder that is there. */
  public static void writeSecret(Path file, byte[] bytes) throws IOException {
    replace(file, bytes, mode("rw-------"));
  }

  /** Makes a folder, and those above it, for its owner only. */
  public static void secretFolder(Path folder) throws IOException {
    Files.createDirectories(folder, mode("rwx------"));
  }

  /**
   * What is wrong with the mode of a file that is to be its owner's only; empty where nothing is.
   *
   * @throws java.nio.file.NoSuchFileException where it is not there
   */
  public static Optional<String> shared(Path file) throws IOException {
    String mode =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    return mode.endsWith("------")
        ? Optional.empty()
        : Optional.of(
            "its file is %s, expected rw-------: others may have read it; chmod 600 %s"
                .formatted(mode, file));
  }

  private static FileAttribute<?> mode(String words) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(words));
  }

  private static void replace(Path file, byte[] bytes, FileAttribute<?>... mode)
      throws IOException {
    Path temporary = beside(file);
    try {
      try (FileChannel out =
          FileChannel.open(
              temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Writes what may be lost in a crash but is never seen half: notes that are compared with what
   * they are about.
   */
  static void note(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(parent(file));
    Path temporary = beside(file);
    try {
      Files.write(temporary, bytes);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Moves a finished file to its name; both survive a crash or neither. */
  static void move(Path from, Path to) throws IOException {
    Files.createDirectories(parent(to));
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(parent(to));
  }

  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the root is no file");
    }
    return parent;
  }

  /** Everything under a folder, itself first, in the order of names; links are not followed. */
  static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Removes a file or folder with all that is in it, without following links; absent is fine. */
  static void delete(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      for (Path path : tree(root).reversed()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
