package dev.naru.engine.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Files that are there whole or not at all, also after the power went. */
public final class Durable {
  private Durable() {}

  /** Replaces a file: temporary name, fsync, rename, fsync of the folder. */
  static void write(Path file, String text) throws IOException {
    Path temporary = temporaryBeside(file);
    writeNew(temporary, text);
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    sync(folder(file));
  }

  /**
   * Makes a file that must not be there yet, whole.
   *
   * @return false when it was there already; then nothing was changed
   */
  static boolean create(Path file, String text) throws IOException {
    Path temporary = temporaryBeside(file);
    writeNew(temporary, text);
    try {
      link(temporary, file, text);
      sync(folder(file));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * The same for a file that only its owner may read.
   *
   * @return false when it was there already; then nothing was changed
   */
  public static boolean createPrivate(Path file, String text) throws IOException {
    Path temporary = temporaryBeside(file);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(temporary, text);
      sync(temporary);
      link(temporary, file, text);
      sync(folder(file));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A link appears with its contents at once; file systems without links get an exclusive open. */
  private static void link(Path temporary, Path file, String text) throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException | AtomicMoveNotSupportedException e) {
      writeNew(file, text);
    }
  }

  private static void writeNew(Path file, String text) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  /** Waits until a file's contents, or a folder's names, are on disk. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** {@link #sync} of every file and folder under {@code root}. */
  static void syncTree(Path root) throws IOException {
    for (Path path : tree(root)) {
      if (!Files.isSymbolicLink(path)) {
        sync(path);
      }
    }
  }

  /** Removes a folder with all that is in it, without following links; absent is fine. */
  static void deleteTree(Path root) throws IOException {
    // Somebody who is just being killed may still add a file: look again, a few times.
    for (int round = 1; ; round++) {
      try {
        for (Path path : tree(root).reversed()) {
          Files.deleteIfExists(path);
        }
        return;
      } catch (DirectoryNotEmptyException e) {
        if (round == 5) {
          throw e;
        }
      }
    }
  }

  /** Takes the write permission from all files under {@code root}, as far as that is possible. */
  static void makeReadOnly(Path root) {
    Set<PosixFilePermission> write =
        EnumSet.of(
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);
    try {
      for (Path path : tree(root)) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
          if (permissions.removeAll(write)) {
            Files.setPosixFilePermissions(path, permissions);
          }
        }
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The digest is what vouches for the contents; the permission only helps against mistakes.
      return;
    }
  }

  /** A new name beside {@code file}, hidden, on the same file system. */
  static Path temporaryBeside(Path file) {
    return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the root is no file");
    }
    return parent;
  }

  /** Folders before what is in them; empty where there is nothing. */
  private static List<Path> tree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    for (int round = 1; ; round++) {
      try (Stream<Path> walk = Files.walk(root)) {
        return walk.toList();
      } catch (java.io.UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException) || round == 5) {
          throw e.getCause();
        }
      }
    }
  }
}
