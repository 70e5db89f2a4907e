package dev.naru.image;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Notices that something changed of which images are made: names, sizes and times of files. */
public final class Watched {
  private static final long LEAST_MILLIS = 40;

  private Watched() {}

  /** Differs whenever the project's files, its lock, or what its images are made of changed. */
  public static String state(List<Image> images, Path folder) {
    List<String> seen = new ArrayList<>();
    try {
      try (Stream<Path> beside = Files.list(folder)) {
        for (Path file : beside.filter(f -> f.toString().matches(".*\\.(ya?ml|lock)")).toList()) {
          add(file, seen);
        }
      }
      for (Image image : images) {
        Path source = folder.resolve(image.spec().source().orElse("."));
        add(source, seen);
        image.spec().runsOn().requirements().ifPresent(r -> seen.add(said(folder.resolve(r))));
        if (image.spec().build().isPresent()) {
          seen.add(ProjectBuild.inputs(folder.toRealPath(), image));
        }
      }
    } catch (IOException e) {
      seen.add(String.valueOf(e.getMessage())); // on its way in or out: the next look tells more
    }
    seen.sort(null);
    return Hashes.ofText(String.join("\n", seen));
  }

  /**
   * Waits until the state is another one than {@code before} and was the same at two looks, so that
   * a file is not taken while it is being written; returns it. A look takes place every 40 ms, less
   * often where it takes long itself.
   */
  public static String settled(List<Image> images, Path folder, String before)
      throws InterruptedException {
    String last = before;
    while (true) {
      long began = System.nanoTime();
      String now = state(images, folder);
      if (!now.equals(before) && now.equals(last)) {
        return now;
      }
      last = now;
      Thread.sleep(Math.max(LEAST_MILLIS, 5 * (System.nanoTime() - began) / 1_000_000));
    }
  }

  private static void add(Path root, List<String> seen) throws IOException {
    if (!Files.isDirectory(root)) {
      seen.add(said(root));
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
            seen.add(file + " " + a.size() + " " + a.lastModifiedTime() + " " + a.fileKey());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // gone meanwhile
          }
        });
  }

  private static String said(Path file) {
    try {
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      return file + " " + a.size() + " " + a.lastModifiedTime() + " " + a.fileKey();
    } catch (IOException e) {
      return file + " absent";
    }
  }
}
