package dev.naru.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * Remembers which files were compared with their digest: a file that has the inode, size, time of
 * its contents and time of its last change of then needs no second look. The last of these cannot
 * be set by a program. A disk that decays in silence is noticed when contents are copied out.
 */
final class Checked {
  private final Path folder;

  Checked(Path folder) {
    this.folder = folder;
  }

  boolean isKnown(Path file) throws IOException {
    Path note = note(file);
    return Files.exists(note) && Files.readString(note).equals(state(file));
  }

  void remember(Path file) throws IOException {
    Disk.note(note(file), state(file).getBytes(StandardCharsets.UTF_8));
  }

  void forget(Path file) throws IOException {
    Files.deleteIfExists(note(file));
  }

  private Path note(Path file) {
    return folder.resolve(String.valueOf(file.getFileName()));
  }

  private static String state(Path file) throws IOException {
    Map<String, Object> all =
        Files.readAttributes(
            file, "unix:ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
    return all.get("ino")
        + " "
        + all.get("size")
        + " "
        + all.get("lastModifiedTime")
        + " "
        + all.get("ctime");
  }
}
