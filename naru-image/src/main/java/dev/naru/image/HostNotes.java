package dev.naru.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What takes long to find out about this host, kept for as long as the files that it comes from are
 * the same: their paths, inodes, sizes and times of change, which no program can set back.
 */
final class HostNotes {
  private final Path folder;

  HostNotes(Path folder) {
    this.folder = folder;
  }

  /**
   * What is found out, or what was found out before in the same state.
   *
   * @param what is found out
   * @param from files, and folders whose own files count; that one is not there counts too
   * @param whole whether it is worth keeping
   */
  String text(String what, List<Path> from, Beside.Work<String> finding, Predicate<String> whole)
      throws IOException {
    Optional<String> state = state(from);
    if (state.isEmpty()) {
      return finding.done();
    }
    Path note = folder.resolve(Hashes.ofText(what + state.get()));
    if (Files.exists(note)) {
      // Whatever bytes a crash has left there: what does not fit its hash is no note.
      String[] read = new String(Files.readAllBytes(note), StandardCharsets.UTF_8).split("\n", 2);
      if (read.length == 2 && read[0].equals(Hashes.ofText(read[1]))) {
        return read[1];
      }
    }
    String found = finding.done();
    if (whole.test(found)) {
      String text = Hashes.ofText(found) + "\n" + found;
      Disk.note(note, text.getBytes(StandardCharsets.UTF_8));
    }
    return found;
  }

  /** Empty where it cannot be told. */
  private static Optional<String> state(List<Path> from) {
    Map<Path, String> state = new TreeMap<>();
    try {
      for (Path root : from) {
        state.put(root, of(root));
        if (Files.isDirectory(root)) {
          try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.toList()) {
              state.put(file, of(file));
            }
          }
        }
      }
      return Optional.of(state.toString());
    } catch (IOException | UnsupportedOperationException _) {
      return Optional.empty();
    }
  }

  private static String of(Path file) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? new TreeMap<>(
                Files.readAttributes(file, "unix:ino,size,ctime,mode", LinkOption.NOFOLLOW_LINKS))
            .toString()
        : "absent";
  }
}
