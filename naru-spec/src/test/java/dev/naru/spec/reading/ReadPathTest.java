package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadPathTest {
  @TempDir Path folder;

  @Test
  void readsTheYamlFilesOfAFolderInTheOrderOfTheirNames() throws IOException {
    write("b.yml", volume("second"));
    write("a.yaml", volume("first"));
    write(".hidden.yaml", "broken: [");
    write("notes.txt", "broken: [");
    Files.createDirectories(folder.resolve("sub.yaml"));

    Project project = read(folder);

    assertThat(project.resources()).extracting(Resource::name).containsExactly("first", "second");
    assertThat(project.folder()).isEqualTo(folder.toAbsolutePath());
    assertThat(project.pathName()).contains(folder.getFileName().toString());
  }

  @Test
  void readsOneFileWhosePathsBeginInItsFolder() throws IOException {
    Path file = write("bank.yaml", volume("data"));

    Project project = read(file);

    assertThat(project.folder()).isEqualTo(folder.toAbsolutePath());
    assertThat(project.pathName()).contains("bank");
    assertThat(project.origins()).containsKey("volume/data");
    assertThat(project.origins().get("volume/data"))
        .isNotNull()
        .satisfies(o -> assertThat(o.file()).isEqualTo(file.toString()))
        .satisfies(o -> assertThat(o.line()).isEqualTo(1));
  }

  @Test
  void takesTheProjectFromTheNamespace() throws IOException {
    write("a.yaml", volume("a"));
    write("b.yaml", volume("b, namespace: bank"));

    assertThat(read(folder).namespace()).contains("bank");
  }

  @Test
  void namesFilesOfEachOtherInProblems() throws IOException {
    Path first = write("a.yaml", volume("data"));
    Path second = write("b.yaml", volume("data"));

    assertThat(problems(ProjectReader.readPath(folder)))
        .containsExactly(
            second
                + ":3:18 metadata.name: there are two of volume/data, the first in "
                + first
                + ":3; rename or remove one");
  }

  @Test
  void refusesWhatIsNotThere() {
    Path missing = folder.resolve("none.yaml");

    assertThat(problems(ProjectReader.readPath(missing)))
        .containsExactly(missing + ": there is no such file or folder");
  }

  @Test
  void refusesAFolderWithoutYaml() {
    assertThat(problems(ProjectReader.readPath(folder)))
        .containsExactly(folder + ": has no *.yaml file; expected at least one, such as naru.yaml");
  }

  @Test
  void readsTheOtherFilesBesideABrokenOne() throws IOException {
    Path broken = write("a.yaml", "kind: [\n");
    Path wrong = write("b.yaml", volume("X"));

    assertThat(problems(ProjectReader.readPath(folder)))
        .satisfiesExactly(
            p -> assertThat(p).startsWith(broken + ":2:1: is not YAML: "),
            p -> assertThat(p).startsWith(wrong + ":3:18 metadata.name: expected lower-case"));
  }

  @Test
  void doesNotMissWhatABrokenFileMayHave() throws IOException {
    write("a.yaml", "kind: [\n");
    write(
        "b.yaml",
        """
        apiVersion: naru.dev/v1alpha1
        kind: Inference
        metadata: {name: a}
        spec: {model: {from: perhaps}}
        """);

    assertThat(problems(ProjectReader.readPath(folder))).hasSize(1);
  }

  @Test
  void readsStandardInput() {
    Reading reading = ProjectReader.readStdin(stream(volume("data")), folder);

    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Read.class, r -> assertThat(r.project().pathName()).isEmpty());
  }

  @Test
  void namesStandardInputInProblems() {
    assertThat(problems(ProjectReader.readStdin(stream(""), folder)))
        .containsExactly("stdin: is empty: expected at least one resource");
  }

  @Test
  void saysWhenStandardInputBreaks() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("gone");
          }

          @Override
          public int read(byte[] buffer, int from, int length) throws IOException {
            throw new IOException("gone");
          }
        };

    assertThat(problems(ProjectReader.readStdin(broken, folder)))
        .containsExactly("stdin: cannot be read to its end");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String volume(String metadata) {
    return "apiVersion: naru.dev/v1alpha1\nkind: Volume\nmetadata: {name: "
        + metadata
        + "}\nspec: {size: 1Gi}\n";
  }

  private static Project read(Path path) {
    return ((Reading.Read) ProjectReader.readPath(path)).project();
  }

  private static List<String> problems(Reading reading) {
    return ((Reading.Refused) reading).problems().stream().map(Problem::toString).toList();
  }
}
