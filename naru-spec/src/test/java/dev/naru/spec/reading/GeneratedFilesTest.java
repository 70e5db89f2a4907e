package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is shipped and made from the records is what the records say now. */
class GeneratedFilesTest {
  private static final Path SCHEMA = Path.of("src/main/resources/dev/naru/spec/naru.schema.json");
  private static final Path PAGE = Path.of("../docs/reference/file.md");

  @Test
  void shipsTheSchemaOfTheRecords() throws IOException {
    String made =
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(JsonSchema.make());

    Golden.check(SCHEMA, made + "\n");
  }

  @Test
  void shipsTheDefinitionsOfTheRecords() throws IOException {
    Golden.check(Path.of("../charts/naru/definitions/crds.yaml"), CrdYaml.make());
  }

  @Test
  void findsTheSchemaOnTheClassPath() throws IOException {
    try (InputStream in = ProjectReader.schema()) {
      assertThat(new ObjectMapper().readTree(in).path("$defs").size()).isEqualTo(6);
    }
  }

  @Test
  void documentsEveryKeyOfTheRecords() throws IOException {
    String frame = Files.readString(Path.of("src/test/resources/file.frame.md"));

    Golden.check(PAGE, FileReference.make(frame));
  }

  @Test
  void readsTheExampleOfThePage() throws IOException {
    String page = Files.readString(PAGE);
    String example = page.substring(page.indexOf("```yaml\n") + 8);

    assertThat(ProjectReaderTest.read(example.substring(0, example.indexOf("```"))))
        .isInstanceOf(Reading.Read.class);
  }
}
