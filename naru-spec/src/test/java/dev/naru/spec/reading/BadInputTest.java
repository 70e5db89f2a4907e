package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every class of bad input has its words, to the letter. */
class BadInputTest {
  private static final Path BAD = Path.of("src/test/resources/bad");

  @TestFactory
  Stream<DynamicTest> namesEveryProblemWithItsPlace() throws IOException {
    try (Stream<Path> files = Files.list(BAD)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList().stream()
          .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
    }
  }

  private static void check(Path file) throws IOException {
    String name = file.getFileName().toString();
    String made =
        ProjectReaderTest.problems(name, Files.readString(file)).stream()
            .map(p -> p + "\n")
            .collect(Collectors.joining());
    assertThat(made).startsWith(name + ":");
    Golden.check(BAD.resolve(name.replace(".yaml", ".txt")), made);
  }

  @Test
  void saysThatBytesAreNoText() {
    byte[] bytes = new byte[4096];
    new Random(7).nextBytes(bytes);

    assertThat(problemsOf(bytes))
        .containsExactly("naru.yaml: is not a text in UTF-8; expected a YAML file");
  }

  @Test
  void pointsAtACharacterThatNoTextHas() {
    assertThat(problemsOf("kind: x\na: \0\n".getBytes(StandardCharsets.UTF_8)))
        .containsExactly(
            "naru.yaml:2:4: has the character U+0000, which no YAML text may have; expected a text"
                + " file");
  }

  @Test
  void refusesMoreThanThreeMebibytes() {
    byte[] bytes = new byte[(3 << 20) + 1];
    Arrays.fill(bytes, (byte) '#');

    assertThat(problemsOf(bytes))
        .containsExactly("naru.yaml: is longer than 3 MiB, expected a YAML file of at most that");
  }

  @Test
  void readsThreeMebibytes() {
    byte[] bytes = ("#" + "-".repeat(1022) + "\n").repeat(3 << 10).getBytes(StandardCharsets.UTF_8);

    assertThat(bytes).hasSize(3 << 20);
    assertThat(problemsOf(bytes))
        .containsExactly("naru.yaml: is empty: expected at least one resource");
  }

  @Test
  void refusesALineThatTheScannerWouldTakeLongFor() {
    byte[] bytes = ("a: b\n" + "#".repeat((1 << 16) + 1)).getBytes(StandardCharsets.UTF_8);

    assertThat(problemsOf(bytes))
        .containsExactly("naru.yaml:2:1: has a line of 65537 characters, expected at most 65536");
  }

  @Test
  void countsTheProblemsThatItDoesNotList() {
    byte[] bytes = "--- 1\n".repeat(150).getBytes(StandardCharsets.UTF_8);

    assertThat(problemsOf(bytes)).hasSize(101).last().isEqualTo("naru.yaml: has 50 more problems");
  }

  @Test
  void refusesMoreThanAThousandResources() {
    String text =
        IntStream.range(0, 1001)
            .mapToObj(i ->
                "---\n{apiVersion: naru.dev/v1alpha1, kind: Volume, metadata: {name: v"
                    + i
                    + "}, spec: {size: 1}}\n")
            .collect(Collectors.joining());

    assertThat(problemsOf(text.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(
            "naru.yaml:2002:1: is resource 1001 of the project, expected at most 1000");
  }

  @Test
  void passesOverAByteOrderMark() {
    String text = "\uFEFFapiVersion: naru.dev/v1alpha1\nkind: Volume\n";

    assertThat(problemsOf(text.getBytes(StandardCharsets.UTF_8)))
        .allSatisfy(p -> assertThat(p).contains("is required but not there"));
  }

  private static List<String> problemsOf(byte[] bytes) {
    Reading reading =
        ProjectReader.read(List.of(SourceText.of("naru.yaml", bytes)), Path.of("/project"));
    return ((Reading.Refused) reading).problems().stream().map(Problem::toString).toList();
  }
}
