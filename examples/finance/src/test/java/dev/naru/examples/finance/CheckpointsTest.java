package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  private final Checkpoints checkpoints = new Checkpoints(Optional.empty());

  @Test
  void theStepIsInTheName() throws Exception {
    Durable.writeFolder(folder.resolve("step-120"), "model.ubj", new byte[] {1});
    assertThat(checkpoints.open(folder.resolve("step-120")))
        .isEqualTo(
            new Checkpoints.Checkpoint(120, folder.resolve("step-120").resolve("model.ubj")));
  }

  @Test
  void whatIsNotACheckpointIsADataError() throws Exception {
    for (String wrong : new String[] {"step-", "step-1x", "last", ".step-1.tmp"}) {
      Path path = Files.createDirectory(folder.resolve(wrong));
      Files.write(path.resolve("model.ubj"), new byte[] {1});
      refuses(path);
    }
    refuses(Files.createDirectory(folder.resolve("step-9")));
    refuses(folder.resolve("step-10"));
  }

  private void refuses(Path path) {
    assertThatThrownBy(() -> checkpoints.open(path))
        .isInstanceOfSatisfying(Stop.class, stop -> assertThat(stop.code()).isEqualTo(65))
        .hasMessage("NARU_RESUME_FROM is not a checkpoint 'step-N' with model.ubj: " + path);
  }
}
