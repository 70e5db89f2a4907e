package dev.naru.engine.local;

import dev.naru.spec.Volume;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Volumes are directories; what they were made as is told by a file beside each, so that what
 * workloads see holds nothing of ours.
 */
final class Volumes {
  private static final String MARK = ".volume";

  private final Layout layout;

  Volumes(Layout layout) {
    this.layout = layout;
  }

  void ensure(String project, Volume volume) throws IOException {
    Path directory = layout.volume(project, volume.name());
    Files.createDirectories(directory);
    String mark = "size " + volume.spec().size() + "\naccess " + volume.spec().access() + "\n";
    Path file = mark(directory);
    if (!Files.exists(file) || !Files.readString(file).equals(mark)) {
      Durable.write(file, mark);
    }
  }

  Set<String> names(String project) throws IOException {
    Path folder = layout.volumes(project);
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(f -> f.getFileName().toString())
            .filter(n -> n.endsWith(MARK) && !n.startsWith("."))
            .forEach(n -> names.add(n.substring(0, n.length() - MARK.length())));
      }
    }
    return names;
  }

  void remove(String project, String volume) throws IOException {
    Path directory = layout.volume(project, volume);
    Durable.deleteTree(directory);
    Files.deleteIfExists(mark(directory));
    try {
      Files.deleteIfExists(layout.volumes(project));
    } catch (DirectoryNotEmptyException e) {
      // The project has other volumes.
    }
  }

  private static Path mark(Path directory) {
    return directory.resolveSibling(directory.getFileName() + MARK);
  }
}
