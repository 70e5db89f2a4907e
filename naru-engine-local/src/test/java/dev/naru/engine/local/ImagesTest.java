package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private Images images;

  @BeforeEach
  void makeFolders() throws IOException {
    images = new Images(new Layout(folder.resolve("home")));
    Files.createDirectories(folder.resolve("src/pkg"));
    Files.writeString(folder.resolve("src/main.py"), "print('hello')\n");
    Files.writeString(folder.resolve("src/pkg/part.py"), "X = 1\n");
    Files.writeString(folder.resolve("app.jar"), "a jar");
  }

  private static Image java(String source) {
    return image(new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), source);
  }

  private static Image python(Optional<String> requirements) {
    return image(new Image.RunsOn(Optional.empty(), Optional.of("3.11"), requirements), "src");
  }

  private static Image image(Image.RunsOn runtime, String source) {
    return new Image(
        new Metadata("finance", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(runtime, source));
  }

  private Path kept(String digest) {
    return new Layout(folder.resolve("home")).image(digest);
  }

  @Test
  void digestCanBeTakenAgainFromWhatIsKept() throws IOException {
    for (Image image : new Image[] {java("app.jar"), python(Optional.empty())}) {
      String digest = images.keep(image, folder);
      assertThat(images.digestOf(image, folder)).isEqualTo(digest);
      assertThat(TreeDigest.of(kept(digest))).isEqualTo(digest);
    }
  }

  @Test
  void whatPythonLeavesBehindIsNotPartOfTheImage() throws IOException {
    String before = images.digestOf(python(Optional.empty()), folder);
    Files.createDirectories(folder.resolve("src/pkg/__pycache__"));
    Files.writeString(folder.resolve("src/pkg/__pycache__/part.cpython-311.pyc"), "x");
    Files.writeString(folder.resolve("src/old.pyc"), "x");
    assertThat(images.digestOf(python(Optional.empty()), folder)).isEqualTo(before);
    Files.writeString(folder.resolve("src/pkg/part.py"), "X = 2\n");
    assertThat(images.digestOf(python(Optional.empty()), folder)).isNotEqualTo(before);
  }

  @Test
  void requirementsArePartOfTheImage() throws IOException {
    Files.writeString(folder.resolve("r.lock"), "# none\n");
    String with = images.keep(python(Optional.of("r.lock")), folder);
    assertThat(with).isNotEqualTo(images.digestOf(python(Optional.empty()), folder));
    assertThat(images.requirements(with)).isEqualTo("# none\n");
    assertThat(Venvs.needed(images.requirements(with))).isFalse();
    assertThat(Venvs.needed("# x\nnumpy==2.0 --hash=sha256:ab\n")).isTrue();
  }

  @Test
  void linksInsideTheSourceBecomeFilesAndThoseOutOfItAreRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("src/again.py"), Path.of("main.py"));
    String digest = images.keep(python(Optional.empty()), folder);
    assertThat(kept(digest).resolve("source/again.py"))
        .isRegularFile()
        .hasContent("print('hello')\n");
    Files.createSymbolicLink(folder.resolve("src/out.py"), folder.resolve("app.jar"));
    assertThatThrownBy(() -> images.keep(python(Optional.empty()), folder))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("is a link out of");
    assertThatThrownBy(() -> images.digestOf(python(Optional.empty()), folder))
        .hasMessageContaining("is a link out of");
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> images.keep(java("target/no.jar"), folder))
        .isInstanceOf(NaruException.class)
        .hasMessageMatching(
            "cannot take image/finance: .*/target/no.jar is not there; build it, or correct the"
                + " path");
    assertThatThrownBy(() -> images.keep(java("src"), folder))
        .hasMessageContaining("is not a jar file");
    assertThatThrownBy(() -> images.keep(java("../x.jar"), folder))
        .isInstanceOf(NaruException.class);
  }

  @Test
  void failedTriesLeaveNothing() throws IOException {
    Files.createSymbolicLink(folder.resolve("src/out.py"), folder.resolve("app.jar"));
    assertThatThrownBy(() -> images.keep(python(Optional.empty()), folder))
        .isInstanceOf(NaruException.class);
    images.keep(java("app.jar"), folder);
    try (Stream<Path> left = Files.list(folder.resolve("home/images"))) {
      assertThat(left).hasSize(1);
    }
  }
}
