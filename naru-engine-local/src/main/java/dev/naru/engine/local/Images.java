package dev.naru.engine.local;

import dev.naru.core.NaruException;
import dev.naru.spec.Image;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Copies of what images are made of. The copy is a folder with {@code runtime} (a line such as
 * {@code java 25}) and {@code app.jar}, or {@code requirements} and {@code source/...}; the image's
 * digest is taken over names and contents, those of the jar's entries too, never over times.
 */
public final class Images {
  /** The program of a Java image. */
  public static final String JAR = "app.jar";

  /** The folder with the program of a Python image. */
  public static final String SOURCE = "source";

  /** What a Python image requires, where it requires something. */
  public static final String REQUIREMENTS = "requirements";

  /** What runs the program: {@code java 25} or {@code python 3.11}, and a line feed. */
  public static final String RUNTIME = "runtime";

  private final Layout layout;
  private final ContentDigest contents = new ContentDigest();

  Images(Layout layout) {
    this.layout = layout;
  }

  /**
   * The images of a home.
   *
   * @param home {@code $NARU_HOME}, absolute
   */
  public static Images of(Path home) {
    return new Images(new Layout(home));
  }

  /** See {@link dev.naru.core.engine.Engine#digestOf}. */
  public String digestOf(Image image, Path folder) {
    return digestOf(image, folder, Map.of());
  }

  /**
   * The same where an image is made of more than its program.
   *
   * @param more texts by file name, which are kept beside the program
   */
  public String digestOf(Image image, Path folder, Map<String, String> more) {
    refuseRef(image);
    try {
      return digest(image, entries(image, folder), more);
    } catch (IOException e) {
      throw unreadable(image, e);
    }
  }

  private String digest(Image image, Map<String, Path> entries, Map<String, String> more)
      throws IOException {
    List<TreeDigest.Entry> hashed = new ArrayList<>();
    hashed.add(text(RUNTIME, words(image.spec().runsOn()) + "\n"));
    more.forEach((name, text) -> hashed.add(text(name, text)));
    for (Map.Entry<String, Path> entry : entries.entrySet()) {
      String sha256 = contents.of(entry.getValue(), entry.getKey().equals(JAR));
      hashed.add(new TreeDigest.Entry(entry.getKey(), 0, sha256));
    }
    hashed.sort(
        Comparator.comparing(
            e -> e.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    return TreeDigest.of(hashed);
  }

  private static TreeDigest.Entry text(String name, String text) {
    return new TreeDigest.Entry(name, 0, TreeDigest.ofText(text).substring("sha256:".length()));
  }

  /** See {@link dev.naru.core.engine.Engine#keep}. */
  public String keep(Image image, Path folder) {
    return keep(image, folder, Map.of());
  }

  /** The same where an image is made of more than its program, as {@link #digestOf} has it. */
  public String keep(Image image, Path folder, Map<String, String> more) {
    refuseRef(image);
    try {
      Map<String, Path> entries = entries(image, folder);
      String known = digest(image, entries, more);
      if (Files.isDirectory(layout.image(known))) {
        return known;
      }
      Path staged = stage(image, entries, more);
      try {
        // The digest is that of the copy: whatever the source does meanwhile, they agree.
        Map<String, Path> copies = new TreeMap<>();
        entries.keySet().forEach(name -> copies.put(name, staged.resolve(name)));
        String digest = digest(image, copies, more);
        Path kept = layout.image(digest);
        if (!Files.isDirectory(kept)) {
          Durable.makeReadOnly(staged);
          Durable.syncTree(staged);
          move(staged, kept);
          Durable.sync(layout.images());
        }
        return digest;
      } finally {
        Durable.deleteTree(staged);
      }
    } catch (IOException e) {
      throw unreadable(image, e);
    }
  }

  private static void refuseRef(Image image) {
    if (image.spec().ref().isPresent()) {
      throw invalid(image, Judge.NEEDS_CONTAINERS);
    }
  }

  /** Whoever comes second finds the same contents in place. */
  private static void move(Path staged, Path kept) throws IOException {
    try {
      Files.move(staged, kept);
    } catch (IOException e) {
      if (!Files.isDirectory(kept)) {
        throw e;
      }
    }
  }

  private Path stage(Image image, Map<String, Path> entries, Map<String, String> more)
      throws IOException {
    Files.createDirectories(layout.images());
    Path staged = Files.createTempDirectory(layout.images(), ".staged-");
    try {
      Image.RunsOn runtime = image.spec().runsOn();
      Files.writeString(staged.resolve(RUNTIME), words(runtime) + "\n");
      for (Map.Entry<String, String> text : more.entrySet()) {
        Files.writeString(staged.resolve(text.getKey()), text.getValue());
      }
      for (Map.Entry<String, Path> entry : entries.entrySet()) {
        Path copy = staged.resolve(entry.getKey());
        Files.createDirectories(java.util.Objects.requireNonNull(copy.getParent()));
        Files.copy(entry.getValue(), copy);
      }
      return staged;
    } catch (IOException | RuntimeException e) {
      Durable.deleteTree(staged);
      throw e;
    }
  }

  private static String words(Image.RunsOn runtime) {
    return runtime
        .java()
        .map(v -> "java " + v)
        .orElseGet(() -> "python " + runtime.python().orElseThrow());
  }

  /** The files of an image: the path in the copy, and where each is. */
  private static Map<String, Path> entries(Image image, Path folder) throws IOException {
    Path root = folder.toRealPath();
    Path source = inside(image, root, image.spec().source().orElseThrow());
    Map<String, Path> entries = new TreeMap<>();
    if (image.spec().runsOn().java().isPresent()) {
      if (!Files.isRegularFile(source)) {
        throw invalid(image, source + " is not a jar file; build it, or correct spec.source");
      }
      entries.put(JAR, source);
      return entries;
    }
    if (!Files.isDirectory(source)) {
      throw invalid(image, source + " is not a folder; correct spec.source");
    }
    try (Stream<Path> walk = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        if (!isCache(source.relativize(file)) && Files.isRegularFile(file)) {
          if (!file.toRealPath().startsWith(source)) {
            throw invalid(image, file + " is a link out of " + source + "; copy the file instead");
          }
          entries.put(SOURCE + "/" + source.relativize(file), file);
        }
      }
    }
    image
        .spec()
        .runsOn()
        .requirements()
        .ifPresent(r -> entries.put(REQUIREMENTS, inside(image, root, r)));
    return entries;
  }

  /** What Python writes beside the source says nothing that the source does not. */
  private static boolean isCache(Path file) {
    for (Path name : file) {
      if (name.toString().equals("__pycache__")) {
        return true;
      }
    }
    return file.toString().endsWith(".pyc");
  }

  private static Path inside(Image image, Path root, String path) {
    Path whole = root.resolve(path).normalize();
    try {
      Path real = whole.toRealPath();
      if (real.startsWith(root)) {
        return real;
      }
      throw invalid(image, path + " is outside " + root + "; move it there");
    } catch (IOException e) {
      throw invalid(image, whole + " is not there; build it, or correct the path");
    }
  }

  /** The folder of a kept copy; there only if it is kept. */
  public Path kept(String digest) {
    return layout.image(digest);
  }

  /** The requirements of a kept copy; empty text where there are none. */
  String requirements(String digest) throws IOException {
    Path file = layout.image(digest).resolve(REQUIREMENTS);
    return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
  }

  private static NaruException invalid(Image image, String why) {
    return new NaruException(NaruException.Code.INVALID, "cannot take " + image.ref() + ": " + why);
  }

  private static NaruException unreadable(Image image, IOException e) {
    return new NaruException(
        NaruException.Code.INVALID,
        "cannot take " + image.ref() + ": its files cannot be read or copied: " + e.getMessage(),
        e);
  }
}
