package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
  @TempDir private Path folder;

  private static void append(Path log, String text) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<String> read(Path log, int tail) throws Exception {
    List<String> lines = new ArrayList<>();
    Logs.read(log, tail, () -> false, lines::add);
    return lines;
  }

  @Test
  void keepsThreeFilesAndTheirOrder() throws Exception {
    Path log = folder.resolve("log");
    Logs logs = new Logs(100);
    try (OutputStream writer =
        Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int line = 0; line < 100; line++) {
        writer.write(("line " + line + "\n").getBytes(StandardCharsets.UTF_8));
        logs.rotate(log);
      }
    }
    List<String> lines = read(log, -1);
    int first = 100 - lines.size();
    assertThat(lines).hasSizeBetween(25, 45);
    assertThat(lines).isEqualTo(IntStream.range(first, 100).mapToObj(i -> "line " + i).toList());
    assertThat(read(log, 20)).isEqualTo(lines.subList(lines.size() - 20, lines.size()));
    assertThat(folder.resolve("log.3")).doesNotExist();
  }

  @Test
  void readingGoesOnThroughARotation() throws Exception {
    Path log = folder.resolve("log");
    Logs logs = new Logs(10);
    append(log, "one\ntwo\n");
    List<String> lines = new ArrayList<>();
    int[] looks = {0};
    Logs.read(
        log,
        -1,
        () -> {
          looks[0]++;
          if (looks[0] == 2) {
            append2(log, "three\n");
            rotate(logs, log);
            append2(log, "four\n");
          }
          return looks[0] < 4;
        },
        lines::add);
    assertThat(lines).containsExactly("one", "two", "three", "four");
  }

  private static void append2(Path log, String text) {
    try {
      append(log, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void rotate(Logs logs, Path log) {
    try {
      logs.rotate(log);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void progressIsFollowedThroughRotationsAndFloods() throws IOException {
    Path log = folder.resolve("log");
    ProgressTail tail = new ProgressTail(log, Clock.systemUTC());
    assertThat(tail.look()).isEmpty();
    append(log, "naru:progress {\"st");
    assertThat(tail.look()).isEmpty();
    append(log, "ep\":1}\n");
    assertThat(tail.look().orElseThrow().step()).isEqualTo(1);
    append(log, "x".repeat(2 << 20) + "\nnaru:progress {\"step\":2}\n");
    assertThat(tail.look().orElseThrow().step()).isEqualTo(2);
    new Logs(10).rotate(log);
    append(log, "naru:progress {\"step\":3}\n");
    assertThat(tail.look().orElseThrow().step()).isEqualTo(3);
    assertThat(new ProgressTail(log, Clock.systemUTC()).look().orElseThrow().step()).isEqualTo(3);
  }
}
