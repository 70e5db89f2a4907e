package dev.naru.core.testkit.engine;

import dev.naru.core.engine.VolumeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Archives of volumes that are in memory. */
final class SimulatedArchive {
  private SimulatedArchive() {}

  static void in(SimulatedFiles files, String root, InputStream in) {
    try {
      TarArchiveInputStream tar = new TarArchiveInputStream(in);
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        String path = VolumeFiles.inside(e.getName());
        if (e.isDirectory()) {
          folder(files, root, path);
        } else if (e.isFile() && !e.isLink() && !e.isSymbolicLink()) {
          int slash = path.lastIndexOf('/');
          folder(files, root, slash < 0 ? "" : path.substring(0, slash));
          if (files.isFolder(root + "/" + path)) {
            throw VolumeFiles.otherKind(path);
          }
          files.write(root + "/" + path, new String(tar.readAllBytes(), StandardCharsets.UTF_8));
        } else {
          throw VolumeFiles.neither(e.getName());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void folder(SimulatedFiles files, String root, String path) {
    if (path.isEmpty()) {
      return;
    }
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      one(files, root, path.substring(0, at));
    }
    one(files, root, path);
  }

  private static void one(SimulatedFiles files, String root, String path) {
    if (files.read(root + "/" + path).isPresent()) {
      throw VolumeFiles.otherKind(path);
    }
    files.folder(root + "/" + path);
  }

  static void out(SimulatedFiles files, String root, String volume, String path, OutputStream out) {
    String inside = VolumeFiles.inside(path);
    String whole = inside.isEmpty() ? root : root + "/" + inside;
    String base = VolumeFiles.base(volume, inside);
    Optional<String> file = files.read(whole);
    if (file.isEmpty() && !inside.isEmpty() && !files.isFolder(whole)) {
      throw VolumeFiles.absent(volume, path);
    }
    try {
      TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      put(tar, base, file);
      for (Map.Entry<String, Optional<String>> e : files.tree(whole).entrySet()) {
        put(tar, base + e.getKey().substring(whole.length()), e.getValue());
      }
      tar.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, Optional<String> text)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(text.isPresent() ? name : name + "/");
    byte[] bytes = text.orElse("").getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
