package dev.naru.spec.reading;

import dev.naru.spec.Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges the files that images are made of, as they are now: present, of the right sort, and inside
 * the project's folder even when links are followed.
 *
 * <p>For {@code up} and {@code plan}, before anything starts; a file may still change afterwards.
 */
public final class SourceFiles {
  /** Most files and folders of one Python source folder. */
  private static final int MOST_ENTRIES = 100_000;

  private final Project project;
  private final List<Problem> problems = new ArrayList<>();

  private SourceFiles(Project project) {
    this.project = project;
  }

  /** All that is wrong, in the order of the resources; empty when nothing is. */
  public static List<Problem> check(Project project) {
    SourceFiles files = new SourceFiles(project);
    project.all(Image.class).forEach(files::image);
    return List.copyOf(files.problems);
  }

  private void image(Image image) {
    image.spec().source().ifPresent(source -> source(image, source));
    image.spec().runsOn().requirements().ifPresent(r -> requirements(image, r));
  }

  private void source(Image image, String source) {
    Path file = project.folder().resolve(source);
    boolean built = image.spec().build().isPresent() && !Files.exists(file);
    if (built) {
      return; // the project's own build makes it
    } else if (image.spec().runsOn().java().isPresent()) {
      jar(image, file);
    } else {
      folder(image, file);
    }
  }

  private void jar(Image image, Path jar) {
    String path = "spec.source";
    if (!Files.exists(jar)) {
      add(
          image,
          path,
          "there is no file " + shown(jar) + "; build it first, for example by 'mvn -q package'");
    } else if (isInside(image, path, jar) && !Files.isRegularFile(jar)) {
      add(image, path, "expected a jar, found a folder at " + shown(jar));
    } else if (Files.isRegularFile(jar) && !isZip(jar)) {
      add(image, path, "expected a jar, but " + shown(jar) + " is none; build it again");
    }
  }

  private void folder(Image image, Path folder) {
    String path = "spec.source";
    if (!Files.exists(folder)) {
      add(image, path, "there is no folder " + shown(folder) + "; name the one with your program");
    } else if (!Files.isDirectory(folder)) {
      add(
          image,
          path,
          "expected a folder of Python files, found a file at "
              + shown(folder)
              + "; name the folder that it is in");
    } else if (isInside(image, path, folder)) {
      links(image, path, folder);
    }
  }

  /** A copy of a folder must be the folder, so nothing in it may point elsewhere. */
  private void links(Image image, String path, Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> entries = walk.limit(MOST_ENTRIES + 1L).toList();
      if (entries.size() > MOST_ENTRIES) {
        add(image, path, shown(folder) + " has more than " + MOST_ENTRIES + " files; name less");
      }
      entries.stream()
          .filter(SourceFiles::isSpecial)
          .findFirst()
          .ifPresent(e ->
              add(
                  image,
                  path,
                  shown(e)
                      + " is a symbolic link or a special file, which an image cannot have;"
                      + " replace it by what it means"));
    } catch (IOException | UncheckedIOException _) {
      add(image, path, shown(folder) + " cannot be read; check its permissions");
    }
  }

  private static boolean isSpecial(Path entry) {
    return !Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
  }

  private void requirements(Image image, String text) {
    String path = "spec.runtime.requirements";
    Path file = project.folder().resolve(text);
    if (!Files.exists(file)) {
      add(
          image,
          path,
          "there is no file "
              + shown(file)
              + "; write it with a version and hashes in each line, or remove the key");
    } else if (isInside(image, path, file) && !Files.isRegularFile(file)) {
      add(image, path, "expected a file, found a folder at " + shown(file));
    }
  }

  private boolean isInside(Image image, String path, Path file) {
    try {
      boolean inside = file.toRealPath().startsWith(project.folder().toRealPath());
      if (!inside) {
        add(
            image,
            path,
            shown(file) + " leads out of the file's folder by a symbolic link; put the file there");
      }
      return inside;
    } catch (IOException _) {
      add(image, path, shown(file) + " cannot be read; check its permissions");
      return false;
    }
  }

  private static boolean isZip(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      return start.length == 4
          && start[0] == 'P'
          && start[1] == 'K'
          && start[2] == 3
          && start[3] == 4;
    } catch (IOException _) {
      return false;
    }
  }

  /** The path relative to the project's folder: where a user looks for it. */
  private String shown(Path file) {
    return Words.quote(
        Optional.of(file)
            .filter(f -> f.startsWith(project.folder()))
            .map(f -> project.folder().relativize(f))
            .orElse(file)
            .toString());
  }

  private void add(Image image, String path, String message) {
    problems.add(project.problem(image, path, message));
  }
}
