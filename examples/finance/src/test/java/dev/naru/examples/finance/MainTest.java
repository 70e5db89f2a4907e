package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void unknownArgumentsAreAUsageError() {
    String usage =
        "finance: usage: java -jar finance.jar prepare credit|transactions | train credit|fraud\n";
    for (List<String> wrong :
        List.of(
            List.<String>of(),
            List.of("train"),
            List.of("train", "x"),
            List.of("train", "credit", "x"))) {
      err.reset();
      assertThat(run(Map.of(), wrong)).isEqualTo(64);
      assertThat(said()).isEqualTo(usage);
    }
  }

  @Test
  void aMissingVariableIsAUsageError() {
    assertThat(run(Map.of(), List.of("prepare", "credit"))).isEqualTo(64);
    assertThat(said()).isEqualTo("finance: NARU_OUTPUT is not set\n");
  }

  @Test
  void anInputWithoutRowsIsADataErrorOfOneLine() throws Exception {
    Path input = Files.createDirectory(folder.resolve("empty"));
    Map<String, String> variables =
        Map.of(
            "NARU_INPUT_TRANSACTIONS", input.toString(),
            "NARU_MODEL_DIR", folder.resolve("model").toString(),
            "TMPDIR", folder.resolve("tmp").toString());
    assertThat(run(variables, List.of("train", "fraud"))).isEqualTo(65);
    assertThat(said()).isEqualTo("finance: no row files in " + input + "\n");
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void preparesTheCreditClients() throws Exception {
    assertThat(run(Map.of("NARU_OUTPUT", folder.toString()), List.of("prepare", "credit")))
        .isZero();
    assertThat(Examples.names(folder)).containsExactly("heldout-0-of-1.rows", "train-0-of-1.rows");
    assertThat(said()).isEmpty();
  }

  private int run(Map<String, String> variables, List<String> arguments) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Main(new Surroundings(variables), out).exitCode(arguments, errors);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
