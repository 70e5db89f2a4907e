package dev.naru.image;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The class data archive of one of Naru's own images (JEP 310): its JVMs take classes from it
 * instead of parsing and verifying them, and share its pages. It lies where a JVM looks for one
 * unasked, in place of the runtime's own, and serves those that are started with the image's class
 * path; to others it is as if there were none. The same runtime, jars and list make the same bytes.
 */
final class ClassArchive {
  private static final String PLACE = JavaRuntime.HOME + "/lib/server/classes.jsa";

  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Counts in the layer's key: raise it when what is done here changes. */
  private static final int RULES = 1;

  private final Layout layout;
  private final Layers layers;

  ClassArchive(Layout layout, Layers layers) {
    this.layout = layout;
    this.layers = layers;
  }

  /**
   * The layer with the archive; taken from the layout if it is there.
   *
   * @param image name of the image; its list of classes of others is a resource beside this class
   * @param base what it stands on, with the runtime
   * @param program its layers with the jars, whose digests say what is in them
   * @param jars its class path, in order
   * @param work an empty folder
   */
  Layer layer(
      String image,
      LockedImage base,
      List<Layer> program,
      List<Path> jars,
      Path work,
      Progress progress)
      throws IOException {
    Layer runtime =
        base.layers().stream().filter(l -> l.name().equals("java")).findFirst().orElseThrow();
    Set<String> classes = new TreeSet<>(listed(image));
    String key =
        Hashes.ofText(
            "archive %d %s %s %s %s"
                .formatted(
                    RULES,
                    runtime.blob().digest(),
                    program.stream().map(Layer::diffId).toList(),
                    jars.stream().map(Path::getFileName).toList(),
                    classes));
    Optional<Layer> before = layers.find("archive", key);
    if (before.isPresent()) {
      return before.get();
    }
    progress.step("making the class data archive of " + image);
    for (Path jar : jars) {
      if (SystemImages.isOurs(jar)) {
        classes.addAll(classes(jar));
      }
    }
    Path file = dump(runtime, jars, String.join("\n", classes) + "\n", work);
    return layers.remember(
        key, layers.layer("archive", List.of(new LayerEntry(PLACE, file, 0644, LayerEntry.ROOT))));
  }

  private Path dump(Layer runtime, List<Path> jars, String list, Path work) throws IOException {
    Path java = unpack(runtime, Files.createDirectories(work.resolve("java")));
    Path lib = Files.createDirectories(work.resolve("lib"));
    List<String> path = new ArrayList<>();
    for (Path jar : jars) {
      Path copy = lib.resolve(Objects.requireNonNull(jar.getFileName()));
      Files.copy(jar, copy);
      // As in the image: a JVM compares name, time and size.
      Files.setLastModifiedTime(copy, FileTime.from(Layers.TIME));
      path.add(work.relativize(copy).toString()); // the bytes name this path
    }
    String usual = Files.readString(java.resolve("lib/classlist"));
    Path names = Files.writeString(work.resolve("classes"), usual + list);
    Path file = work.resolve("classes.jsa");
    Tools.Ended ended =
        Tools.run(
            work,
            LIMIT,
            List.of(
                java.resolve("bin/java").toString(),
                "-Xshare:dump",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-XX:+UseSerialGC",
                "-XX:-UseCompactObjectHeaders",
                "-XX:SharedClassListFile=" + names.getFileName(),
                "-XX:SharedArchiveFile=" + file.getFileName(),
                "-cp",
                String.join(File.pathSeparator, path)));
    if (ended.exit() != 0 || !Files.exists(file)) {
      throw Trouble.ofTool(
          "cannot make the class data archive: java said: ",
          ended,
          "see that there is memory and space left, then run the same command again");
    }
    return file;
  }

  /**
   * Classes that the image's programs load, beside Naru's own and those that every JVM does: what
   * {@code -XX:DumpLoadedClassList} named on a cluster. One too few or too many costs time only.
   */
  private static List<String> listed(String image) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ClassArchive.class.getResourceAsStream(image + ".classes"), image)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static List<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(e -> e.getName())
          .filter(n -> n.endsWith(".class") && !n.endsWith("-info.class"))
          .map(n -> n.substring(0, n.length() - ".class".length()))
          .toList();
    }
  }

  /** Unpacks the runtime, a layer of our own making: files and folders only. */
  private Path unpack(Layer runtime, Path to) throws IOException {
    try (InputStream in = Files.newInputStream(layout.blob(runtime.blob().digest()));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        Path at = to.resolve(e.getName().replaceFirst("^/+", "")).normalize();
        if (!at.startsWith(to)) {
          throw new IOException("layer " + runtime.blob().digest() + " names " + e.getName());
        }
        if (e.isDirectory()) {
          Files.createDirectories(at);
        } else {
          Files.createDirectories(Disk.parent(at));
          Files.copy(tar, at);
          if ((e.getMode() & 0100) != 0) {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(at);
            rights.add(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(at, rights);
          }
        }
      }
    }
    return to.resolve(JavaRuntime.HOME.substring(1));
  }
}
