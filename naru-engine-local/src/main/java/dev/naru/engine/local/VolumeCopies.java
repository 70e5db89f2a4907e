package dev.naru.engine.local;

import dev.naru.core.engine.VolumeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Copies files into volumes that are directories, and out of them. */
final class VolumeCopies {
  private static final LinkOption ITSELF = LinkOption.NOFOLLOW_LINKS;

  private VolumeCopies() {}

  static void in(Path volume, InputStream tar) throws IOException {
    VolumeArchive.read(
        tar,
        new VolumeArchive.Target() {
          @Override
          public void folder(String path) throws IOException {
            make(volume, Path.of(path));
          }

          @Override
          public void file(String path, boolean executable, long size, InputStream contents)
              throws IOException {
            Path file = volume.resolve(path);
            Path parent = Path.of(path).getParent();
            if (parent != null) {
              make(volume, parent);
            }
            if (Files.isDirectory(file, ITSELF)) {
              throw VolumeFiles.otherKind(path);
            }
            put(file, executable, contents);
          }
        });
  }

  /** Each folder of a path, from the volume down; none of them may be a link. */
  private static void make(Path volume, Path relative) throws IOException {
    Path at = volume;
    for (Path name : relative) {
      at = at.resolve(name);
      if (Files.isSymbolicLink(at)) {
        throw VolumeFiles.link(volume.relativize(at).toString());
      }
      if (!Files.isDirectory(at, ITSELF)) {
        try {
          Files.createDirectory(at);
        } catch (FileAlreadyExistsException e) {
          throw VolumeFiles.otherKind(volume.relativize(at).toString());
        }
      }
    }
  }

  /** Whole or not at all; a link of that name is replaced, not followed. */
  private static void put(Path file, boolean executable, InputStream contents) throws IOException {
    Path temporary = Durable.temporaryBeside(file);
    try {
      Files.copy(contents, temporary);
      Files.setPosixFilePermissions(
          temporary, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static void out(Path root, String volume, String path, OutputStream out) throws IOException {
    String inside = VolumeFiles.inside(path);
    Path at = root;
    for (Path name : Path.of(inside)) {
      at = at.resolve(name).normalize();
      if (Files.isSymbolicLink(at)) {
        throw VolumeFiles.link(root.relativize(at).toString());
      }
    }
    if (!Files.exists(at, ITSELF)) {
      throw VolumeFiles.absent(volume, path);
    }
    TarArchiveOutputStream tar = VolumeArchive.writer(out);
    for (Path file : tree(at)) {
      String below = at.relativize(file).toString();
      String base = VolumeFiles.base(volume, inside);
      pack(file, below.isEmpty() ? base : base + "/" + below, tar);
    }
    tar.finish();
    tar.flush();
  }

  private static List<Path> tree(Path at) throws IOException {
    try (Stream<Path> walk = Files.walk(at)) {
      return walk.sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void pack(Path file, String name, TarArchiveOutputStream tar) throws IOException {
    if (Files.isSymbolicLink(file)) {
      tar.putArchiveEntry(VolumeArchive.link(name, Files.readSymbolicLink(file).toString()));
    } else if (Files.isDirectory(file, ITSELF)) {
      tar.putArchiveEntry(VolumeArchive.folder(name));
    } else if (Files.isRegularFile(file, ITSELF)) {
      long size = Files.size(file);
      tar.putArchiveEntry(VolumeArchive.file(name, Files.isExecutable(file), size));
      copy(file, size, tar);
    } else {
      return; // a pipe or socket: nothing that could be copied
    }
    tar.closeArchiveEntry();
  }

  /** As much as there was when its head was written: a running workload may append. */
  private static void copy(Path file, long size, TarArchiveOutputStream tar) throws IOException {
    byte[] part = new byte[64 << 10];
    try (InputStream in = Files.newInputStream(file, ITSELF)) {
      for (long left = size; left > 0; ) {
        int n = in.read(part, 0, (int) Math.min(part.length, left));
        if (n < 0) {
          throw new IOException(file.getFileName() + " became shorter while it was copied");
        }
        tar.write(part, 0, n);
        left -= n;
      }
    }
  }
}
