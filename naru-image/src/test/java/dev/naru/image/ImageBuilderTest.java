package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.spec.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageBuilderTest {
  private static final Instant SPRING = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant AUTUMN = Instant.parse("2026-10-02T11:11:11Z");

  @TempDir Path temp;
  private Path home = Path.of("");
  private Path project = Path.of("");

  @BeforeEach
  void makeAProject() throws IOException {
    home = Files.createDirectories(temp.resolve("home"));
    project = Files.createDirectories(temp.resolve("project"));
    Projects.jar(project.resolve("app.jar"), Projects.program("hello"), SPRING);
  }

  private BuiltImage build(Path where, Path folder, Image image) {
    return new ImageBuilder(Projects.settings(where))
        .build("shop", image, folder, Optional.empty(), Progress.none());
  }

  private String failure(Image image) {
    return Projects.failure(() -> build(home, project, image));
  }

  @Test
  void makesTheSameDigestFromTwoCopiesAtTwoTimesInTwoHomes() throws IOException {
    Path copy = Files.createDirectories(temp.resolve("else/where"));
    Projects.jar(copy.resolve("app.jar"), Projects.program("hello"), AUTUMN);
    Path other = temp.resolve("other-home");

    BuiltImage one = build(home, project, Projects.java(home));
    BuiltImage two = build(other, copy, Projects.java(other));

    assertThat(two.digest()).isEqualTo(one.digest());
    assertThat(two.sbom()).hasSameTextualContentAs(one.sbom());
    assertThat(Projects.names(one))
        .containsExactly("base", "naru", "dependencies", "resources", "classes");
  }

  @Test
  void makesTheSameDigestOfTwoPythonFoldersWhateverTheTimesAndCaches() throws IOException {
    Path copy = Files.createDirectories(temp.resolve("copy"));
    for (Path folder : List.of(project, copy)) {
      Files.createDirectories(folder.resolve("src/inner"));
      Files.writeString(folder.resolve("src/train.py"), "print(1)\n");
      Files.writeString(folder.resolve("src/inner/b.py"), "b = 1\n");
      Files.createSymbolicLink(folder.resolve("src/alias.py"), Path.of("inner/b.py"));
    }
    Files.setLastModifiedTime(copy.resolve("src/train.py"), FileTime.from(AUTUMN));
    Files.createDirectories(copy.resolve("src/__pycache__"));
    Files.writeString(copy.resolve("src/__pycache__/train.cpython-311.pyc"), "x");

    assertThat(build(home, copy, Projects.python(home, Optional.empty())).digest())
        .isEqualTo(build(home, project, Projects.python(home, Optional.empty())).digest());
  }

  @Test
  void makesOneNewLayerForAChangedClass() throws IOException {
    BuiltImage before = build(home, project, Projects.java(home));
    Projects.jar(project.resolve("app.jar"), Projects.program("good morning"), AUTUMN);

    BuiltImage after = build(home, project, Projects.java(home));

    assertThat(after.digest()).isNotEqualTo(before.digest());
    assertThat(after.layers())
        .filteredOn(l -> !before.layers().contains(l))
        .extracting(Layer::name)
        .containsExactly("classes");
  }

  @Test
  void seesAByteThatChangedUnderTheSameTimeAndSize() throws IOException {
    Files.createDirectories(project.resolve("src"));
    Path file = project.resolve("src/a.py");
    Files.writeString(file, "a = 1\n");
    Files.setLastModifiedTime(file, FileTime.from(SPRING));
    BuiltImage before = build(home, project, Projects.python(home, Optional.empty()));
    Files.writeString(file, "a = 2\n");
    Files.setLastModifiedTime(file, FileTime.from(SPRING));

    assertThat(build(home, project, Projects.python(home, Optional.empty())).digest())
        .isNotEqualTo(before.digest());
  }

  @Test
  void runsAsOneUserInTheProgramsFolderOnWhatTheBaseSays() throws IOException {
    BuiltImage built = build(home, project, Projects.java(home));

    Layout layout = new ImageBuilder(Projects.settings(home)).layout();
    JsonNode config = Json.MAPPER.readTree(layout.read(built.configDigest(), Json.MOST));
    assertThat(config.path("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(config.path("config").path("User").asText()).isEqualTo("65532:65532");
    assertThat(config.path("config").path("WorkingDir").asText()).isEqualTo("/app");
    assertThat(config.path("config").path("Env"))
        .extracting(JsonNode::asText)
        .containsExactly("A=b", "HOME=/tmp", "LANG=C.UTF-8", "PATH=/opt/java/bin");
    assertThat(config.path("config").path("Entrypoint"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "java", "-XX:MaxRAMPercentage=70", "-XX:-UsePerfData", "-jar", "/app/app.jar");
    assertThat(config.path("rootfs").path("diff_ids")).hasSize(5);
  }

  @Test
  void makesACorruptBlobAgain() throws IOException {
    BuiltImage built = build(home, project, Projects.java(home));
    Layout layout = new ImageBuilder(Projects.settings(home)).layout();
    Path blob = layout.blob(built.layers().getLast().blob().digest());
    byte[] whole = Files.readAllBytes(blob);
    byte[] flipped = whole.clone();
    flipped[flipped.length / 2] ^= 1;
    Files.write(blob, flipped);

    assertThat(build(home, project, Projects.java(home)).digest()).isEqualTo(built.digest());
    assertThat(Files.readAllBytes(blob)).isEqualTo(whole);
  }

  @Test
  void refusesAnImageAboveTheLimit() {
    ImageSettings settings = Projects.settings(home);
    ImageSettings small =
        new ImageSettings(
            settings.images(), settings.jdk(), Optional.empty(), settings.plainHttp(), 100);
    Image image = Projects.java(home);

    assertThat(
            Projects.failure(() ->
                new ImageBuilder(small)
                    .build("shop", image, project, Optional.empty(), Progress.none())))
        .startsWith("2: cannot build image/app: its layers have ")
        .endsWith(
            "the limit is 100; leave out what the program does not read, or set NARU_IMAGE_LIMIT");
  }

  @Test
  void takesTheLimitFromTheEnvironment() {
    assertThat(ImageSettings.of(home, Map.of()).mostBytes()).isEqualTo(20_000_000_000L);
    assertThat(ImageSettings.of(home, Map.of("NARU_IMAGE_LIMIT", "1Gi")).mostBytes())
        .isEqualTo(1L << 30);
    for (String wrong : List.of("0", "-1", "much")) {
      assertThat(Projects.failure(() -> ImageSettings.of(home, Map.of("NARU_IMAGE_LIMIT", wrong))))
          .startsWith("2: cannot use NARU_IMAGE_LIMIT=" + wrong + ": expected a size above zero");
    }
  }

  @Test
  void namesAnUnknownBase() {
    Image.Base base =
        new Image.Base(Optional.of("team/none@sha256:" + "0".repeat(64)), Optional.empty());

    assertThat(failure(Projects.image(Projects.JAVA, "app.jar", Optional.of(base))))
        .isEqualTo(
            "2: cannot build image/app: base team/none@sha256:"
                + "0".repeat(64)
                + " is not in the home, and no registry is given; add --registry"
                + " HOST[:PORT][/PREFIX]; correct spec.base.ref");
  }

  @Test
  void refusesABaseForAnotherProcessor() {
    Image.Base base = Projects.base(home, "riscv64");

    assertThat(failure(Projects.image(Projects.JAVA, "app.jar", Optional.of(base))))
        .startsWith("2: cannot build image/app: base team/base@sha256:")
        .contains("is for linux/riscv64, this host runs linux/" + Platform.architecture());
  }

  @Test
  void refusesAPathAndALinkThatLeaveTheProject() throws IOException {
    Path outside = Files.createDirectories(temp.resolve("outside"));
    Projects.jar(outside.resolve("app.jar"), Projects.program("x"), SPRING);
    Files.createSymbolicLink(project.resolve("linked.jar"), outside.resolve("app.jar"));
    Files.createDirectories(project.resolve("src"));
    Files.createSymbolicLink(project.resolve("src/secret"), outside.resolve("app.jar"));
    Optional<Image.Base> base = Projects.java(home).spec().base();

    assertThat(failure(Projects.image(Projects.JAVA, "../outside/app.jar", base)))
        .isEqualTo(
            "2: cannot build image/app: ../outside/app.jar is outside "
                + project
                + "; move it there");
    assertThat(failure(Projects.image(Projects.JAVA, "linked.jar", base)))
        .startsWith("2: cannot build image/app: linked.jar is outside ");
    assertThat(failure(Projects.python(home, Optional.empty())))
        .isEqualTo(
            "2: cannot build image/app: secret is a symbolic link out of src; copy there what it"
                + " means");
  }

  @Test
  void refusesWhatNoJavaCanStart() throws IOException {
    Optional<Image.Base> base = Projects.java(home).spec().base();
    Projects.jar(project.resolve("lib.jar"), Projects.program("x"), SPRING, "");
    Files.writeString(project.resolve("text.jar"), "no jar");

    assertThat(failure(Projects.image(Projects.JAVA, "lib.jar", base)))
        .isEqualTo(
            "2: cannot take lib.jar: its manifest names no Main-Class, so java -jar cannot start"
                + " it; add it in the build");
    assertThat(failure(Projects.image(Projects.JAVA, "text.jar", base)))
        .isEqualTo("2: cannot take text.jar: it is no jar, or only a part of one; build it again");
    assertThat(failure(Projects.image(Projects.JAVA, "none.jar", base)))
        .endsWith("none.jar is not there; build it first, or correct the path");
  }
}
