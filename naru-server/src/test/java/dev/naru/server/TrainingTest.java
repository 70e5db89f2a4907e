package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  @TempDir Path folder;

  @Test
  @Timeout(60)
  void servesForAMomentAndEnds() throws Exception {
    assertThat(Training.run(folder.resolve("home")))
        .containsExactly(200, 200, 200, 200, 200, 200, 202);
    assertThat(folder.resolve("home/server.pid")).doesNotExist();
    assertThat(folder.resolve("home/logs/server.log")).content().contains("Server ends pid=");
  }
}
