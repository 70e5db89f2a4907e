package dev.naru.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.reading.ProjectReader;
import dev.naru.spec.reading.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is shipped as an example is good. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @TestFactory
  Stream<DynamicTest> everyExampleReads() throws IOException {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      return folders.filter(f -> Files.exists(f.resolve("naru.yaml"))).sorted().toList().stream()
          .map(f ->
              DynamicTest.dynamicTest(
                  f.getFileName().toString(),
                  () -> assertThat(ProjectReader.readPath(f)).isInstanceOf(Reading.Read.class)));
    }
  }
}
