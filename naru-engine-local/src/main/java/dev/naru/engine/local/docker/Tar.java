package dev.naru.engine.local.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small archives: how files and folders are handed to an engine. All belong to 65532. */
final class Tar {
  static final int ID = 65_532;

  private Tar() {}

  /**
   * One entry.
   *
   * @param path relative
   * @param mode permissions
   * @param contents of a file; empty for a folder
   */
  record Entry(String path, int mode, Optional<byte[]> contents) {}

  static Entry directory(String path) {
    return new Entry(path, 0755, Optional.empty());
  }

  static Entry secret(String path, byte[] contents) {
    return new Entry(path, 0400, Optional.of(contents));
  }

  static byte[] of(List<Entry> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Entry entry : entries) {
        boolean folder = entry.contents().isEmpty();
        TarArchiveEntry header = new TarArchiveEntry(folder ? entry.path() + "/" : entry.path());
        header.setMode(entry.mode());
        header.setIds(ID, ID);
        header.setSize(entry.contents().map(c -> c.length).orElse(0));
        tar.putArchiveEntry(header);
        if (!folder) {
          tar.write(entry.contents().orElseThrow());
        }
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
