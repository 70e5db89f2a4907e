package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The layers of a program itself: a jar in parts, or a folder of Python. */
final class Programs {
  /** The program's folder and working directory. */
  static final String FOLDER = "/app";

  private static final int MOST_ENTRIES = 100_000;

  private final Layers layers;
  private final Path work;

  /**
   * @param work a folder of this build, for files on their way
   */
  Programs(Layers layers, Path work) {
    this.layers = layers;
    this.work = work;
  }

  List<Layer> of(Image image, Path source) throws IOException {
    if (image.spec().runsOn().java().isPresent()) {
      if (!Files.isRegularFile(source)) {
        throw Trouble.invalid(
            "cannot build " + image.ref() + ": expected a jar at " + source + ", found a folder");
      }
      return jar(source, image.spec().source().orElse(""));
    }
    if (!Files.isDirectory(source)) {
      throw Trouble.invalid(
          "cannot build " + image.ref() + ": expected a folder at " + source + ", found a file");
    }
    return List.of(layers.layer("source", folder(image, source)));
  }

  private List<Layer> jar(Path jar, String shown) throws IOException {
    try (JarParts parts = JarParts.open(jar, shown)) {
      if (parts.isWhole()) {
        return List.of(layers.layer("jar", List.of(file("app.jar", jar))));
      }
      List<Layer> made = new ArrayList<>();
      for (JarParts.Part part : JarParts.Part.values()) {
        if (parts.has(part)) {
          made.add(part(parts, part));
        }
      }
      return made;
    }
  }

  private Layer part(JarParts parts, JarParts.Part part) throws IOException {
    String name = part.name().toLowerCase(java.util.Locale.ROOT);
    String key = parts.key(part);
    Optional<Layer> before = layers.find(name, key);
    if (before.isPresent()) {
      return before.get();
    }
    Path jar = work.resolve(name + ".jar");
    parts.write(part, jar);
    return layers.remember(key, layers.layer(name, List.of(file(JarParts.fileName(part), jar))));
  }

  private static LayerEntry file(String name, Path file) {
    return new LayerEntry(FOLDER + "/" + name, file, 0644, LayerEntry.ROOT);
  }

  /** Links inside the folder become what they mean; one that leaves it is refused. */
  private static List<LayerEntry> folder(Image image, Path source) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        Path name = source.relativize(path);
        if (path.equals(source) || isCache(name)) {
          continue;
        }
        if (!path.toRealPath().startsWith(source)) {
          throw Trouble.invalid(
              "cannot build "
                  + image.ref()
                  + ": "
                  + name
                  + " is a symbolic link out of "
                  + image.spec().source().orElse("")
                  + "; copy there what it means");
        }
        boolean folder = Files.isDirectory(path);
        if (!folder && !Files.isRegularFile(path)) {
          throw Trouble.invalid(
              "cannot build " + image.ref() + ": " + name + " is neither a file nor a folder");
        }
        int mode = folder || Files.isExecutable(path) ? 0755 : 0644;
        entries.add(new LayerEntry(FOLDER + "/" + name, path, mode, LayerEntry.ROOT));
        if (entries.size() > MOST_ENTRIES) {
          throw Trouble.invalid(
              "cannot build "
                  + image.ref()
                  + ": "
                  + image.spec().source().orElse("")
                  + " has more than 100000 files; name a smaller folder");
        }
      }
    } catch (java.io.UncheckedIOException e) {
      throw Trouble.invalid(
          "cannot build " + image.ref() + ": " + e.getMessage() + " cannot be followed");
    }
    return entries;
  }

  /** What Python writes beside the source says nothing that the source does not. */
  private static boolean isCache(Path name) {
    for (Path part : name) {
      if (part.toString().equals("__pycache__")) {
        return true;
      }
    }
    return name.toString().endsWith(".pyc");
  }
}
