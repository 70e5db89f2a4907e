package dev.naru.cli;

import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Local files to an archive and back, counted. Links below what is copied are left out. */
final class VolumeTar {
  private static final int EXECUTABLE = 0100;

  private final Consumer<String> progress;
  private int files;
  private int folders;
  private int links;
  private long bytes;

  /**
   * @param progress told where it stands, often
   */
  VolumeTar(Consumer<String> progress) {
    this.progress = progress;
  }

  int files() {
    return files;
  }

  int folders() {
    return folders;
  }

  int links() {
    return links;
  }

  long bytes() {
    return bytes;
  }

  private void tell() {
    progress.accept(words());
  }

  /** Such as {@code 3 files, 1.25 MiB}. */
  String words() {
    return files + (files == 1 ? " file, " : " files, ") + Amounts.bytes(bytes);
  }

  /**
   * Packs a file or folder.
   *
   * @param as its path in the volume; empty for what is in a folder
   */
  void pack(Path source, String as, OutputStream out) throws IOException {
    Path real = source.toRealPath();
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    for (Path file : tree(real)) {
      String below = real.relativize(file).toString();
      String name = as.isEmpty() || below.isEmpty() ? as + below : as + "/" + below;
      if (!name.isEmpty()) {
        pack(file, name, tar);
      }
    }
    tar.finish();
    tar.flush();
  }

  private static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void pack(Path file, String name, TarArchiveOutputStream tar) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      tar.putArchiveEntry(new TarArchiveEntry(name + "/"));
      folders++;
    } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(Files.size(file));
      entry.setMode(Files.isExecutable(file) ? 0755 : 0644);
      tar.putArchiveEntry(entry);
      try (InputStream in = Files.newInputStream(file)) {
        copy(in, tar);
      }
      files++;
    } else {
      links++;
      return;
    }
    tar.closeArchiveEntry();
    tell();
  }

  private void copy(InputStream in, OutputStream out) throws IOException {
    byte[] part = new byte[64 << 10];
    for (int n = in.read(part); n >= 0; n = in.read(part)) {
      out.write(part, 0, n);
      bytes += n;
      tell();
    }
  }

  /**
   * Unpacks an archive whose entries begin with one name.
   *
   * @param target what that name becomes
   */
  void unpack(InputStream in, Path target) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
    for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
      Path name = Path.of(e.getName());
      if (name.isAbsolute() || !name.normalize().equals(name) || name.startsWith("..")) {
        throw CommandException.failed(
            "cannot copy '" + e.getName() + "': it would leave " + target + "; nothing of it was");
      }
      int names = name.getNameCount();
      Path path = names > 1 ? target.resolve(name.subpath(1, names)) : target;
      if (e.isDirectory()) {
        Files.createDirectories(path);
        folders++;
      } else if (e.isFile() && !e.isLink() && !e.isSymbolicLink()) {
        file(tar, path, (e.getMode() & EXECUTABLE) != 0);
        files++;
      } else {
        links++;
      }
      tell();
    }
  }

  /** Whole or not at all. */
  private void file(InputStream contents, Path file, boolean executable) throws IOException {
    if (Files.isDirectory(file)) {
      throw CommandException.usage(
          "cannot copy to " + file + ": there is a folder of that name; choose another path");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (OutputStream out = Files.newOutputStream(temporary)) {
        copy(contents, out);
      }
      if (executable) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(temporary);
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(temporary, permissions);
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
