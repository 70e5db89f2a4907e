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
   * The image of gateway and model server. Its entry point is {@code java} with the class path set;
   * the container's command is flags, main class and arguments: {@code -Xmx96m
   * dev.naru.serving.Gateway --port …}.
   *
   * @param dist the folder that the launcher built, with {@code container.cp}, or only {@code
   *     serving.cp} where no questions are to be answered in it
   */
  public BuiltImage build(Path dist, Progress progress) {
    boolean all = Files.exists(dist.resolve("container.cp"));
    return build(SERVING, dist, all ? "container.cp" : "serving.cp", progress);
  }

  /**
   * The image of the control plane of a cluster; its entry point is that of the other one.
   *
   * @param dist the folder that the launcher built, with {@code server.cp}
   */
  public BuiltImage operator(Path dist, Progress progress) {
    return build(OPERATOR, dist, "server.cp", progress);
  }

  private BuiltImage build(String name, Path dist, String classPath, Progress progress) {
    Image image = new Image(metadata(name), new Image.Spec(java(), classPath));
    try {
      List<Path> jars = jars(dist.resolve(classPath));
      LockedImage base = builder.systemBase(image, dist, progress);
      Path work =
          Files.createTempDirectory(
              Files.createDirectories(builder.settings().cache("work")), ".b-");
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
    } catch (IOException e) {
      throw Trouble.of("cannot build Naru's own image " + name + " from " + dist, e);
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
