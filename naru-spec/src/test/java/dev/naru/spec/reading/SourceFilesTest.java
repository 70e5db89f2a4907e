package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {
  private static final String JAVA = "{runtime: {java: 25}, source: target/x.jar}";
  private static final String PYTHON =
      "{runtime: {python: \"3.11\", requirements: app/lock.txt}, source: app}";

  @TempDir Path root;
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(root.resolve("project"));
  }

  @Test
  void saysHowToBuildAMissingJar() throws IOException {
    assertThat(problems(JAVA))
        .containsExactly(
            "naru.yaml:4:37 spec.source: there is no file 'target/x.jar'; build it first, for"
                + " example by 'mvn -q package'");
  }

  @Test
  void acceptsAJar() throws IOException {
    write("target/x.jar", "PK\u0003\u0004 and more");

    assertThat(problems(JAVA)).isEmpty();
  }

  @Test
  void refusesAFileThatIsNoJar() throws IOException {
    write("target/x.jar", "hello");

    assertThat(problems(JAVA))
        .containsExactly(
            "naru.yaml:4:37 spec.source: expected a jar, but 'target/x.jar' is none; build it"
                + " again");
  }

  @Test
  void refusesAFolderInPlaceOfAJar() throws IOException {
    Files.createDirectories(folder.resolve("target/x.jar"));

    assertThat(problems(JAVA))
        .containsExactly(
            "naru.yaml:4:37 spec.source: expected a jar, found a folder at 'target/x.jar'");
  }

  @Test
  void refusesAJarThatALinkFetchesFromElsewhere() throws IOException {
    Path elsewhere = Files.writeString(root.resolve("secret.jar"), "PK\u0003\u0004");
    Files.createDirectories(folder.resolve("target"));
    Files.createSymbolicLink(folder.resolve("target/x.jar"), elsewhere);

    assertThat(problems(JAVA))
        .containsExactly(
            "naru.yaml:4:37 spec.source: 'target/x.jar' leads out of the file's folder by a"
                + " symbolic link; put the file there");
  }

  @Test
  void acceptsAFolderOfPython() throws IOException {
    write("app/main.py", "print(1)\n");
    write("app/lock.txt", "");

    assertThat(problems(PYTHON)).isEmpty();
  }

  @Test
  void namesTheFolderAndTheRequirementsThatAreMissing() throws IOException {
    assertThat(problems(PYTHON))
        .containsExactly(
            "naru.yaml:4:71 spec.source: there is no folder 'app'; name the one with your program",
            "naru.yaml:4:48 spec.runtime.requirements: there is no file 'app/lock.txt'; write it"
                + " with a version and hashes in each line, or remove the key");
  }

  @Test
  void refusesAFileInPlaceOfAFolder() throws IOException {
    write("app", "print(1)\n");

    assertThat(problems("{runtime: {python: \"3.11\"}, source: app}"))
        .containsExactly(
            "naru.yaml:4:43 spec.source: expected a folder of Python files, found a file at 'app';"
                + " name the folder that it is in");
  }

  @Test
  void refusesALinkInAFolder() throws IOException {
    write("app/main.py", "print(1)\n");
    write("app/lock.txt", "");
    Files.createSymbolicLink(folder.resolve("app/passwords"), folder.resolve("app/lock.txt"));

    assertThat(problems(PYTHON))
        .containsExactly(
            "naru.yaml:4:71 spec.source: 'app/passwords' is a symbolic link or a special file,"
                + " which an image cannot have; replace it by what it means");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> problems(String spec) {
    String text = "apiVersion: naru.dev/v1alpha1\nkind: Image\nmetadata: {name: i}\nspec: " + spec;
    Reading reading = ProjectReader.read(List.of(SourceText.of("naru.yaml", text)), folder);
    return SourceFiles.check(((Reading.Read) reading).project()).stream()
        .map(Problem::toString)
        .toList();
  }
}
