package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs {@code spec.build.command} when its inputs changed: the file names, sizes and times in the
 * folder of the project's file, without hidden ones, without the folder that {@code source} begins
 * with, and without {@code target}, {@code build} and {@code node_modules}. It also runs when the
 * source is not there.
 */
public final class ProjectBuild {
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Set<String> OUTPUTS =
      Set.of("target", "build", "node_modules", "__pycache__");

  private final ImageSettings settings;

  /** For a home, which remembers the inputs of the last build. */
  public ProjectBuild(ImageSettings settings) {
    this.settings = settings;
  }

  /** Runs it if that is needed; nothing without a command. True if it ran. */
  public boolean run(Image image, Path folder, Progress progress) {
    Optional<Image.Build> build = image.spec().build();
    if (build.isEmpty()) {
      return false;
    }
    Path source = folder.resolve(image.spec().source().orElse("."));
    try {
      Path root = folder.toRealPath();
      Path note =
          settings.cache("builds").resolve(Hashes.ofText(root + "\n" + image.metadata().name()));
      String inputs = inputs(root, image) + " " + build.get().command();
      if (Files.exists(source) && Files.exists(note) && Files.readString(note).equals(inputs)) {
        return false;
      }
      progress.step("running " + String.join(" ", build.get().command()));
      Tools.Ended ended = Tools.run(root, LIMIT, build.get().command());
      if (ended.exit() != 0) {
        throw Trouble.failed(
            "cannot build "
                + image.ref()
                + ": "
                + build.get().command().getFirst()
                + " ended with "
                + ended.exit()
                + ": "
                + ended.errors());
      }
      Disk.note(note, inputs.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      throw Trouble.of("cannot build " + image.ref() + " by its build.command", e);
    }
  }

  /** Differs whenever the build must run again. */
  static String inputs(Path root, Image image) throws IOException {
    Path output = root.resolve(image.spec().source().orElse(".")).normalize();
    Path first = output.equals(root) ? root : root.resolve(root.relativize(output).getName(0));
    List<String> seen = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = String.valueOf(dir.getFileName());
            boolean skip = !dir.equals(root) && (name.startsWith(".") || OUTPUTS.contains(name));
            return skip || (dir.equals(first) && !dir.equals(root))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean mine = file.equals(first) || file.endsWith(Lock.FILE);
            if (!mine && !String.valueOf(file.getFileName()).startsWith(".")) {
              seen.add(
                  root.relativize(file)
                      + " "
                      + attributes.size()
                      + " "
                      + attributes.lastModifiedTime());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    seen.sort(null);
    return Hashes.ofText(String.join("\n", seen));
  }
}
