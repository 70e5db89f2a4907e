package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry and skopeo, where they are installed. */
class RegistryIT {
  @TempDir Path temp;
  private Optional<LocalRegistry> registry = Optional.empty();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    registry = LocalRegistry.start(temp);
    if (registry.isEmpty()) {
      System.out.println("RegistryIT skipped: no docker-registry on the path");
      abort("no docker-registry on the path");
    }
  }

  @AfterEach
  void stop() {
    registry.ifPresent(LocalRegistry::close);
  }

  private String host() {
    return registry.orElseThrow().host();
  }

  private static String skopeo(String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("skopeo"));
    command.addAll(List.of(arguments));
    Tools.Ended ended = Tools.run(Path.of("/"), Duration.ofMinutes(1), command);
    assertThat(ended.exit()).as(ended.text()).isZero();
    return ended.text();
  }

  @Test
  void takesWhatIsPushedAndGivesItBackToAnotherHome() throws IOException {
    Path home = temp.resolve("home");
    Projects.jar(temp.resolve("app.jar"), Projects.program("hello"), Instant.EPOCH);
    Image image = Projects.java(home);
    ImageBuilder builder = new ImageBuilder(Projects.settings(home));
    Lock lock = builder.lock(List.of(image), temp, Optional.empty(), Progress.none());
    BuiltImage built = builder.build("shop", image, temp, Optional.of(lock), Progress.none());
    RegistryPlace place = RegistryPlace.parse(host() + "/team");
    Pusher pusher = new Pusher(builder.layout(), Projects.settings(home));

    Pusher.Pushed first = pusher.push(built, place, Progress.none());
    Pusher.Pushed second = pusher.push(built, place, Progress.none());

    assertThat(first.ref()).isEqualTo(host() + "/team/app@" + built.digest());
    assertThat(first.sent()).isPositive();
    assertThat(second.sent()).isZero();
    if (Tools.find("skopeo").isPresent()) {
      assertThat(skopeo("inspect", "--tls-verify=false", "docker://" + first.ref()))
          .contains(built.digest());
      assertThat(skopeo("inspect", "oci:" + builder.layout().root() + ":shop/app"))
          .contains(built.digest());
    } else {
      System.out.println("RegistryIT: skopeo is not installed, its part is skipped");
    }

    // What the lock names is taken from the registry where the home has lost it.
    Path blob = builder.layout().blob(built.layers().getFirst().blob().digest());
    Files.delete(blob);
    ImageBuilder with = new ImageBuilder(Projects.settings(home).with(place, Set.of()));
    assertThat(with.build("shop", image, temp, Optional.of(lock), Progress.none()).digest())
        .isEqualTo(built.digest());
    assertThat(blob).exists();
  }

  @Test
  void givesABaseByRef() throws IOException {
    Path home = temp.resolve("home");
    Projects.jar(temp.resolve("app.jar"), Projects.program("hello"), Instant.EPOCH);
    ImageBuilder builder = new ImageBuilder(Projects.settings(home));
    BuiltImage below =
        builder.build("shop", Projects.java(home), temp, Optional.empty(), Progress.none());
    RegistryPlace place = RegistryPlace.parse(host() + "/team");
    String ref =
        new Pusher(builder.layout(), Projects.settings(home))
            .push(below, place, Progress.none())
            .ref();
    Path other = temp.resolve("other");
    Image image =
        Projects.image(
            Projects.JAVA,
            "app.jar",
            Optional.of(new Image.Base(Optional.of(ref), Optional.empty())));

    BuiltImage built =
        new ImageBuilder(Projects.settings(other))
            .build("shop", image, temp, Optional.empty(), Progress.none());

    assertThat(built.layers()).hasSize(below.layers().size() + 4);
    registry.orElseThrow().close();
    assertThat(
            new ImageBuilder(Projects.settings(other))
                .build("shop", image, temp, Optional.empty(), Progress.none())
                .digest())
        .as("without the registry")
        .isEqualTo(built.digest());
  }
}
