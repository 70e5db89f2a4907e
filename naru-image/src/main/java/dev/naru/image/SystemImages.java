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

/** Naru's own images, from its own jars: one holds gateway and model server. */
public final class SystemImages {
  /** The name of the image with gateway and model server. */
  public static final String SERVING = "naru-serving";

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
    Image image = new Image(metadata(), new Image.Spec(java(), "serving.cp"));
    try {
      List<Path> jars = jars(dist);
      LockedImage base = builder.systemBase(image, dist, progress);
      Path work =
          Files.createTempDirectory(
              Files.createDirectories(builder.settings().cache("work")), ".b-");
      try {
        BuiltImage built =
            new Assembly(builder.settings(), builder.layout(), builder.layers())
                .assemble("", SERVING, base, layers(jars), config(jars), work);
        if (!Files.exists(built.sbom())) {
          Disk.write(built.sbom(), Sbom.of(SERVING, built.digest(), base, jars, true));
        }
        return built;
      } finally {
        Disk.delete(work);
      }
    } catch (IOException e) {
      throw Trouble.of("cannot build Naru's own image " + SERVING + " from " + dist, e);
    }
  }

  private static Metadata metadata() {
    return new Metadata(SERVING, Optional.empty(), Map.of(), Map.of());
  }

  private static Image.RunsOn java() {
    return new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty());
  }

  private static List<Path> jars(Path dist) throws IOException {
    List<Path> jars = new ArrayList<>();
    Path all = dist.resolve("container.cp");
    for (String jar :
        Files.readString(Files.exists(all) ? all : dist.resolve("serving.cp"))
            .strip()
            .split(File.pathSeparator, -1)) {
      jars.add(Path.of(jar));
    }
    return jars;
  }

  private List<Layer> layers(List<Path> jars) throws IOException {
    List<LayerEntry> others = new ArrayList<>();
    List<LayerEntry> own = new ArrayList<>();
    for (Path jar : jars) {
      boolean ours = String.valueOf(jar.getFileName()).startsWith("naru-");
      (ours ? own : others).add(new LayerEntry(place(jar), jar, 0644, LayerEntry.ROOT));
    }
    List<Layer> made = new ArrayList<>();
    if (!others.isEmpty()) {
      made.add(builder.layers().layer("dependencies", others));
    }
    made.add(builder.layers().layer("classes", own));
    return made;
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
