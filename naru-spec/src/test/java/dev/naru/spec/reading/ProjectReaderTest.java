package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectReaderTest {
  private static final String HEAD = "apiVersion: naru.dev/v1alpha1\n";

  @Test
  void reportsEveryProblemOfAFileAtOnceWithItsPlace() {
    String text =
        HEAD
            + "kind: Training\nmetadata: {name: t}\n"
            + "spec: {image: nowhere, command: [x], workers: 0}\n";

    assertThat(problems(text))
        .containsExactly(
            "naru.yaml:4:15 spec.image: there is no Image named 'nowhere' in the project; add a"
                + " document of kind Image",
            "naru.yaml:4:47 spec.workers: expected an integer from 1 to 1000, found 0; use 1 or"
                + " more");
  }

  @Test
  void fillsInDefaultsInTheJsonForm() {
    String text = HEAD + "kind: Volume\nmetadata: {name: data}\nspec: {size: 2048Mi}\n";

    assertThat(read(text))
        .isInstanceOfSatisfying(
            Reading.Read.class,
            r ->
                assertThat(ProjectReader.toJson(r.project().resources().getFirst()).toString())
                    .isEqualTo(
                        "{\"apiVersion\":\"naru.dev/v1alpha1\",\"kind\":\"Volume\","
                            + "\"metadata\":{\"name\":\"data\"},"
                            + "\"spec\":{\"access\":\"ReadWriteOnce\",\"size\":\"2Gi\"}}"));
  }

  static Reading read(String text) {
    return read("naru.yaml", text);
  }

  static List<String> problems(String text) {
    return problems("naru.yaml", text);
  }

  static List<String> problems(String name, String text) {
    return switch (read(name, text)) {
      case Reading.Read r -> List.of("read " + r.project());
      case Reading.Refused r -> r.problems().stream().map(Problem::toString).toList();
    };
  }

  private static Reading read(String name, String text) {
    return ProjectReader.read(List.of(SourceText.of(name, text)), Path.of("/project"));
  }
}
