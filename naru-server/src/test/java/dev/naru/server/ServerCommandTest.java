package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerCommandTest {
  @TempDir Path folder;

  /** The parent with a shell script in the place of the server. */
  private Process parent(String script) throws IOException {
    List<String> line = new ArrayList<>(List.of("sh", "-c", ServerCommand.parent(), "naru-server"));
    line.addAll(List.of(folder.resolve("log").toString(), "sh", "-c", script, "child"));
    return new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("out").toFile())
        .start();
  }

  private int lines(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readAllLines(path).size() : 0;
  }

  private Instant await(String file, int lines) throws IOException, InterruptedException {
    Instant limit = Instant.now().plusSeconds(20);
    while (lines(file) < lines) {
      assertThat(Instant.now()).as("waiting for line %d of %s", lines, file).isBefore(limit);
      Thread.sleep(10);
    }
    return Instant.now();
  }

  @Test
  void startsTheServerAgainWithinASecond() throws Exception {
    Process parent = parent("echo started >>starts; kill -9 $$");
    try {
      Instant first = await("starts", 1);
      Instant second = await("starts", 2);
      assertThat(Duration.between(first, second)).isLessThan(Duration.ofSeconds(1));
      assertThat(parent.isAlive()).isTrue();
    } finally {
      parent.destroy();
      assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void endsWithAServerThatWasToldToEndOrCannotStart() throws Exception {
    for (int code : new int[] {0, ServerMain.NOT_POSSIBLE}) {
      Process parent = parent("echo started >>starts" + code + "; exit " + code);
      assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(parent.exitValue()).isEqualTo(code);
      assertThat(lines("starts" + code)).isEqualTo(1);
    }
  }

  @Test
  void waitsLongerOnceTheServerKeepsDying() throws Exception {
    Process parent = parent("echo started >>starts; exit 1");
    try {
      await("starts", 5);
      await("log", 5);
      assertThat(Files.readString(folder.resolve("log")))
          .contains("WARN  parent server ended code=1; starts again in 0.2 s")
          .contains("starts again in 5 s");
      assertThat(lines("starts")).isEqualTo(5);
    } finally {
      parent.destroy();
      assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void passesSigtermOnAndWaitsForTheServer() throws Exception {
    Process parent =
        parent("trap 'echo ended >>ends; exit 0' TERM; echo started >>starts; sleep 30 & wait");
    await("starts", 1);
    parent.destroy();
    assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(lines("ends")).isEqualTo(1);
  }

  @Test
  void writesWhatTheServerSaysToTheLog() throws Exception {
    Process parent = parent("echo to stdout; echo to stderr >&2; exit 0");
    assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("log"))).isEqualTo("to stdout\nto stderr\n");
    assertThat(folder.resolve("out")).isEmptyFile();
  }

  @Test
  void startsTheJvmWithTheFlagsOnce() {
    List<String> line =
        ServerCommand.line(Path.of("/h/server.log"), Path.of("/jdk/bin/java"), "a.jar", List.of());
    assertThat(line.subList(3, 6)).containsExactly("naru-server", "/h/server.log", "/jdk/bin/java");
    assertThat(line).containsAll(ServerCommand.flags()).doesNotHaveDuplicates();
    assertThat(line.getLast()).isEqualTo("dev.naru.server.ServerMain");
  }
}
