package dev.naru.engine.local;

import dev.naru.core.engine.VolumeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The archives in which files come into volumes and leave them. */
public final class VolumeArchive {
  private static final int EXECUTABLE = 0100;

  private VolumeArchive() {}

  /** Where the entries of an archive go; paths are relative, normalised and not empty. */
  public interface Target {
    /** A folder, which may be there already. */
    void folder(String path) throws IOException;

    /**
     * A file; the folders above it may not be there yet.
     *
     * @param executable whether its owner may execute it
     * @param size in bytes
     * @param contents exactly that much
     */
    void file(String path, boolean executable, long size, InputStream contents) throws IOException;
  }

  /** Hands every entry on; refuses what leaves the volume and what is no file or folder. */
  public static void read(InputStream in, Target target) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(in);
    for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
      String path = VolumeFiles.inside(e.getName());
      if (e.isDirectory()) {
        if (!path.isEmpty()) {
          target.folder(path);
        }
      } else if (e.isFile() && !e.isLink() && !e.isSymbolicLink() && !path.isEmpty()) {
        target.file(path, isExecutable(e), e.getSize(), tar);
      } else {
        throw VolumeFiles.neither(e.getName());
      }
    }
    // What a sender puts behind the end of an archive is read too, so that it sees the answer.
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** An archive with names of any length and files of any size. */
  public static TarArchiveOutputStream writer(OutputStream out) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    return tar;
  }

  /** The head of a folder. */
  public static TarArchiveEntry folder(String path) {
    TarArchiveEntry entry = new TarArchiveEntry(path + "/");
    entry.setMode(0755);
    return entry;
  }

  /** The head of a file. */
  public static TarArchiveEntry file(String path, boolean executable, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(path);
    entry.setMode(executable ? 0755 : 0644);
    entry.setSize(size);
    return entry;
  }

  /** The head of a link, which is all of it. */
  public static TarArchiveEntry link(String path, String target) {
    TarArchiveEntry entry = new TarArchiveEntry(path, TarArchiveEntry.LF_SYMLINK);
    entry.setLinkName(target);
    return entry;
  }

  /** Whether an entry's owner may execute it. */
  public static boolean isExecutable(TarArchiveEntry entry) {
    return (entry.getMode() & EXECUTABLE) != 0;
  }
}
