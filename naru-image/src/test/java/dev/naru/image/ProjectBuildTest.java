package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectBuildTest {
  @TempDir Path temp;

  private static Image image(String... command) {
    return new Image(
        new Metadata("app", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            Optional.of(Projects.JAVA),
            Optional.of("target/app.jar"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Image.Build(List.of(command)))));
  }

  @Test
  void runsWhenItsInputsChangedOrItsOutputIsGone() throws IOException {
    Path project =
        Files.createDirectories(temp.resolve("project/target")).resolve("..").normalize();
    Files.writeString(project.resolve("input.txt"), "1");
    Image image = image("cp", "input.txt", "target/app.jar");
    ProjectBuild build = new ProjectBuild(Projects.settings(temp.resolve("home")));
    List<String> said = new ArrayList<>();

    assertThat(build.run(image, project, said::add)).isTrue();
    assertThat(build.run(image, project, said::add)).isFalse();
    Files.writeString(project.resolve("input.txt"), "22");
    assertThat(build.run(image, project, said::add)).isTrue();
    assertThat(project.resolve("target/app.jar")).hasContent("22");
    Files.delete(project.resolve("target/app.jar"));
    assertThat(build.run(image, project, said::add)).isTrue();
    assertThat(build.run(image, project, said::add)).isFalse();
    assertThat(said).hasSize(3).containsOnly("running cp input.txt target/app.jar");
  }

  @Test
  void saysHowItFailed() {
    ProjectBuild build = new ProjectBuild(Projects.settings(temp.resolve("home")));

    assertThat(Projects.failure(() -> build.run(image("cp", "none", "x"), temp, Progress.none())))
        .startsWith("1: cannot build image/app: cp ended with 1: cp: ");
    assertThat(Projects.failure(() -> build.run(image("no-such-tool"), temp, Progress.none())))
        .startsWith("1: cannot build image/app by its build.command: ");
  }
}
