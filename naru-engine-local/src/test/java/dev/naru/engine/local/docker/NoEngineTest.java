package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Program;
import dev.naru.engine.local.ProcessEngine;
import dev.naru.spec.Image;
import dev.naru.spec.Kind;
import dev.naru.spec.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is no Docker Engine, and where none is wanted. */
final class NoEngineTest {
  private static final DockerImages NO_IMAGES =
      new DockerImages() {
        @Override
        public String imageIdFor(Program program) {
          return "";
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
          assertThat(ref).contains("@sha256:");
        }

        @Override
        public String ownImageId() {
          return "";
        }

        @Override
        public List<String> modelServer(
            Program.ModelServer program, String directory, int port, Resources resources) {
          return List.of();
        }

        @Override
        public List<String> gateway(
            Program.Gateway program, String directory, String adminAddress, Resources resources) {
          return List.of();
        }

        @Override
        public Map<String, byte[]> gatewayFiles() {
          return Map.of();
        }
      };

  @TempDir private Path home;

  private DockerSettings at(String host) {
    return DockerSettings.of(home, NO_IMAGES, Map.of("DOCKER_HOST", host));
  }

  @Test
  void absentEngineIsToldWithWhatToDo() {
    String host = "unix://" + home.resolve("none.sock");
    try (DockerEngine engine = new DockerEngine(at(host))) {
      assertThatThrownBy(engine::nodes)
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> assertThat(e.code()).isEqualTo(NaruException.Code.ENGINE_UNREACHABLE))
          .hasMessageContaining("no Docker Engine at " + host)
          .hasMessageEndingWith("start it, or set DOCKER_HOST");
      assertThat(engine.observe(new GroupId("p", Kind.TRAINING, "t", 1, 1)))
          .isInstanceOf(Observation.Unknown.class);
    }
  }

  @Test
  void addressThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new DockerEngine(at("nonsense")))
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(NaruException.Code.INVALID))
        .hasMessageContaining("nonsense");
  }

  /** docker-java is 24 MB of jars: nothing of it is loaded unless this package is used. */
  @Test
  void processEngineNamesNothingOfDocker() throws IOException {
    Path classes =
        Path.of(
            java.net.URI.create(
                ProcessEngine.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toString()));
    try (Stream<Path> files = Files.list(classes.resolve("dev/naru/engine/local"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.getFileName().toString())
            .doesNotContain("dockerjava", "engine/local/docker");
      }
    }
  }
}
