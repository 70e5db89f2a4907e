package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.testkit.engine.TestLayers;
import dev.naru.spec.Image;
import dev.naru.spec.Resources;
import dev.naru.spec.TreeDigest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Images for tests, made of this machine's own JDK and C library: no registry, no shell. The real
 * ones are the image builder's.
 */
final class TestImages implements DockerImages {
  /** A program that no x86 machine runs. */
  static final String FOREIGN = "/foreign/program";

  private final Api api;
  private final Path images;
  private volatile List<String> replaced = List.of();
  private volatile String architecture = "amd64";

  /**
   * @param images the folder of kept images of a home
   */
  TestImages(Api api, Path images) {
    this.api = api;
    this.images = images;
  }

  @Override
  public String imageIdFor(Program program) {
    if (!replaced.isEmpty()) {
      return starting(replaced);
    }
    return switch (program) {
      case Program.OfImage p ->
          image(
              p.digest().substring("sha256:".length(), 30),
              Map.of(
                  "app/app.jar",
                  images.resolve(p.digest().substring("sha256:".length())).resolve("app.jar")),
              List.of("/jre/bin/java", "-Xshare:auto", "-jar", "/app/app.jar"));
      case Program.ModelServer _, Program.Gateway _ -> ownImageId();
    };
  }

  @Override
  public Map<String, String> recipe(Image image, Path folder) {
    return Map.of();
  }

  @Override
  public void prepare(String digest) {
    assertThat(digest).startsWith("sha256:");
  }

  @Override
  public void keepRef(String ref) {
    throw new AssertionError("not tried here");
  }

  @Override
  public String ownImageId() {
    Map<String, Path> classes = new TreeMap<>();
    List<Path> places =
        List.of(
            TestLayers.place(Question.class),
            TestLayers.place(TreeDigest.class),
            TestLayers.place(DockerEngine.class),
            TestLayers.place(GatewayPuppet.class),
            TestLayers.place(JsonFactory.class),
            TestLayers.place(JsonMapper.class),
            TestLayers.place(JsonProperty.class));
    StringBuilder path = new StringBuilder();
    StringBuilder digests = new StringBuilder();
    for (int i = 0; i < places.size(); i++) {
      classes.put("naru/" + i, places.get(i));
      path.append(i == 0 ? "" : ":").append("/naru/").append(i);
      digests.append(digest(places.get(i)));
    }
    return image(
        TreeDigest.ofText(digests.toString()).substring("sha256:".length(), 30),
        classes,
        List.of("/jre/bin/java", "-cp", path.toString()));
  }

  private static String digest(Path place) {
    try {
      return Files.isDirectory(place)
          ? TreeDigest.of(place)
          : TestLayers.digest(Files.readAllBytes(place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> modelServer(
      Program.ModelServer program, String directory, int port, Resources resources) {
    throw new AssertionError("not tried here");
  }

  @Override
  public List<String> gateway(
      Program.Gateway program, String directory, String adminAddress, Resources resources) {
    return List.of(
        "-cp",
        "/naru/3",
        GatewayPuppet.class.getName(),
        directory,
        adminAddress,
        Integer.toString(program.port()),
        Integer.toString(program.adminPort()));
  }

  @Override
  public Map<String, byte[]> gatewayFiles() {
    return Map.of("token", "secret".getBytes(StandardCharsets.UTF_8));
  }

  /** From now on programs are in an image of the runtime alone that starts so. */
  void replace(List<String> entrypoint, String isFor) {
    architecture = isFor;
    replaced = List.copyOf(entrypoint);
  }

  private String starting(List<String> entrypoint) {
    String tag = TreeDigest.ofText(entrypoint + architecture).substring("sha256:".length(), 30);
    Map<String, Path> programs =
        architecture.equals("amd64")
            ? Map.of()
            : Map.of(FOREIGN.substring(1), foreign(), "bin/sh", foreign());
    return image(tag, programs, entrypoint);
  }

  /** The head of an ELF file for 64-bit ARM: machine 183, no more than a kernel looks at. */
  private static Path foreign() {
    byte[] head = new byte[64];
    byte[] start = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    System.arraycopy(start, 0, head, 0, start.length);
    head[16] = 2;
    head[18] = (byte) 183;
    head[20] = 1;
    try {
      return Files.write(Path.of("target/foreign-program"), head).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized String image(String tag, Map<String, Path> app, List<String> entrypoint) {
    String name = "naru-test/" + tag + ":3";
    return api.callLong(
        "load a test image",
        client -> {
          try {
            return Objects.requireNonNull(client.inspectImageCmd(name).exec().getId());
          } catch (NotFoundException e) {
            return load(client, name, app, entrypoint, architecture);
          }
        });
  }

  private static String load(
      DockerClient client,
      String name,
      Map<String, Path> app,
      List<String> entrypoint,
      String architecture) {
    try {
      byte[] base = TestLayers.runtime();
      byte[] top = TestLayers.of(app);
      String words = "[\"" + String.join("\",\"", entrypoint) + "\"]";
      String config =
          "{\"architecture\":\""
              + architecture
              + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":"
              + words
              + ",\"User\":\"65532:65532\"},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
              + TestLayers.digest(base)
              + "\",\""
              + TestLayers.digest(top)
              + "\"]}}";
      String manifest =
          "[{\"Config\":\"config.json\",\"RepoTags\":[\""
              + name
              + "\"],\"Layers\":[\"base.tar\",\"top.tar\"]}]";
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      try (TarArchiveOutputStream tar = new TarArchiveOutputStream(whole)) {
        put(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
        put(tar, "config.json", config.getBytes(StandardCharsets.UTF_8));
        put(tar, "base.tar", base);
        put(tar, "top.tar", top);
      }
      client.loadImageCmd(new ByteArrayInputStream(whole.toByteArray())).exec();
      return Objects.requireNonNull(client.inspectImageCmd(name).exec().getId());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
