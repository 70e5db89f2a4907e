package dev.naru.server.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Location;
import dev.naru.core.engine.Program;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterWordsTest {
  private static final Resources RESOURCES = new Resources(new Cpu(250), Bytes.ofMebibytes(256));

  /** Named as its Inference, which another Training's model may be served by. */
  private static final Program.ModelServer PROGRAM =
      new Program.ModelServer(new Location.InModels("bank", "fraud/3"), "sha256:ab", "alarm", 3);

  @Test
  void aModelServerIsToldWhoseSignaturesItAccepts() {
    List<String> words =
        new ClusterWords(() -> List.of("KEY-1", "KEY-2"))
            .modelServer(PROGRAM, "/naru/in/data/models/fraud/3", 8080, RESOURCES);

    assertThat(words)
        .containsSubsequence(
            "dev.naru.serving.ModelServer",
            "--model",
            "/naru/in/data/models/fraud/3",
            "--digest",
            "sha256:ab",
            "--name",
            "alarm",
            "--version",
            "3",
            "--training",
            "fraud",
            "--keys",
            "KEY-1,KEY-2",
            "--host",
            "0.0.0.0");
  }
}
