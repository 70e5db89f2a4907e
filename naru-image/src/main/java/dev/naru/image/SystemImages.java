package dev.naru.image;

import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Naru's own images, from its own jars: gateway and model server, and a cluster's operator. */
public final class SystemImages {
  /** The name of the image with gateway and model server. */
  public static final String SERVING = "naru-serving";

  /** The name of the image with the control plane of a cluster. */
  public static final String OPERATOR = "naru-operator";

  private final ImageBuilder builder;

  /** Built as other images are. */
  public SystemImages(ImageBuilder builder) {
    this.builder = builder;
  }

  /**
   * The images that a cluster runs; their entry points are the same.
   *
   * @param operator the control plane of a cluster
   * @param serving gateway and model server
   */
  public record Both(BuiltImage operator, BuiltImage serving) {}

  /**
   * The image of gateway and model server. Its entry point is {@code java} with the class path set;
   * the container's command is flags, main class and arguments: {@code -Xmx96m
   * dev.naru.serving.Gateway --port …}.
   *
   * @param dist the folder that the launcher built, with {@code container.cp}, or only {@code
   *     serving.cp} where no questions are to be answered in it
   */
  public BuiltImage build(Path dist, Progress progress) {
    return told(SERVING, dist, () -> build(SERVING, dist, base(dist, progress), progress));
  }

  /**
   * The images that a cluster runs, made at once, for most of it keeps one processor busy.
   *
   * @param dist the folder that the launcher built, with {@code server.cp} too
   */
  public Both both(Path dist, Progress progress) {
    return told(
        OPERATOR,
        dist,
        () -> {
          LockedImage base = base(dist, progress);
          try (Beside<BuiltImage> serving =
              Beside.begin(() -> told(SERVING, dist, () -> build(SERVING, dist, base, progress)))) {
            return new Both(build(OPERATOR, dist, base, progress), serving.get());
          }
        });
  }

  private static <T> T told(String name, Path dist, Beside.Work<T> work) {
    try {
      return work.done();
    } catch (IOException e) {
      throw Trouble.of("cannot build Naru's own image " + name + " from " + dist, e);
    }
  }

  /** Of either image. */
  private LockedImage base(Path dist, Progress progress) throws IOException {
    Image image = new Image(metadata(SERVING), new Image.Spec(java(), "lib"));
    return builder.systemBase(image, dist, progress);
  }

  private static Path classPath(String name, Path dist) {
    if (name.equals(OPERATOR)) {
      return dist.resolve("server.cp");
    }
    Path all = dist.resolve("container.cp");
    return Files.exists(all) ? all : dist.resolve("serving.cp");
  }

  private BuiltImage build(String name, Path dist, LockedImage base, Progress progress)
      throws IOException {
    List<Path> jars = jars(classPath(name, dist));
    Path work =
        Files.createTempDirectory(Files.createDirectories(builder.settings().cache("work")), ".b-");
    try {
      List<Layer> layers = layers(jars);
      layers.add(
          new ClassArchive(builder.layout(), builder.layers())
              .layer(name, base, layers, jars, work, progress));
      BuiltImage built =
          new Assembly(builder.settings(), builder.layout(), builder.layers())
              .assemble("", name, base, layers, config(jars), work);
      if (!Files.exists(built.sbom())) {
        Disk.write(built.sbom(), Sbom.of(name, built.digest(), base, jars, true));
      }
      return built;
    } finally {
      Disk.delete(work);
    }
  }

  private static Metadata metadata(String name) {
    return new Metadata(name, Optional.empty(), Map.of(), Map.of());
  }

  private static Image.RunsOn java() {
    return new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty());
  }

  private static List<Path> jars(Path classPath) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String jar : Files.readString(classPath).strip().split(File.pathSeparator, -1)) {
      jars.add(Path.of(jar));
    }
    return jars;
  }

  private List<Layer> layers(List<Path> jars) throws IOException {
    List<LayerEntry> others = new ArrayList<>();
    List<LayerEntry> own = new ArrayList<>();
    for (Path jar : jars) {
      (isOurs(jar) ? own : others).add(new LayerEntry(place(jar), jar, 0644, LayerEntry.ROOT));
    }
    List<Layer> made = new ArrayList<>();
    if (!others.isEmpty()) {
      made.add(builder.layers().layer("dependencies", others));
    }
    made.add(builder.layers().layer("classes", own));
    return made;
  }

  /** Whether a jar is of this project. */
  static boolean isOurs(Path jar) {
    return String.valueOf(jar.getFileName()).startsWith("naru-");
  }

  private static String place(Path jar) {
    return Programs.FOLDER + "/" + jar.getFileName();
  }

  private static ImageConfig config(List<Path> jars) {
    Map<String, String> env = new TreeMap<>();
    env.put("LANG", "C.UTF-8");
    env.put("HOME", "/tmp");
    env.put("JAVA_HOME", JavaRuntime.HOME);
    env.put("PATH", JavaRuntime.HOME + "/bin");
    env.put("CLASSPATH", String.join(":", jars.stream().map(SystemImages::place).toList()));
    return new ImageConfig(env, List.of(ImagePaths.JAVA));
  }
}
