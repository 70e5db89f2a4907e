package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir Path folder;

  private static LogRecord record(String message) {
    LogRecord record = new LogRecord(Level.INFO, message);
    record.setLoggerName("dev.naru.server.loop.Pass");
    record.setInstant(java.time.Instant.parse("2026-11-01T10:00:00Z"));
    return record;
  }

  @Test
  void writesOneLineARecord() throws IOException {
    Path file = folder.resolve("server.log");
    LogFile log = new LogFile(file, 1000);
    log.publish(record("run state changed run=tune-7 to=RUNNING"));
    log.publish(record("a line\nthat would be two \u001b[31m"));
    log.close();
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            2026-11-01T10:00:00.000Z INFO  Pass run state changed run=tune-7 to=RUNNING
            2026-11-01T10:00:00.000Z INFO  Pass a line\\u000athat would be two \\u001b[31m
            """);
  }

  @Test
  void tellsWhereAnErrorCameFrom() throws IOException {
    Path file = folder.resolve("server.log");
    LogFile log = new LogFile(file, 100_000);
    LogRecord record = record("cannot do it");
    record.setLevel(Level.SEVERE);
    record.setThrown(new IllegalStateException("because"));
    log.publish(record);
    log.close();
    assertThat(Files.readString(file))
        .startsWith("2026-11-01T10:00:00.000Z ERROR Pass cannot do it\n")
        .contains("\n  java.lang.IllegalStateException: because\n");
  }

  @Test
  void putsFullLogsAwayAndKeepsThree() throws IOException {
    Path file = folder.resolve("server.log");
    LogFile log = new LogFile(file, 100);
    for (int i = 0; i < 50; i++) {
      log.publish(record("number " + i));
    }
    log.close();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("server.log", "server.log.1", "server.log.2", "server.log.3");
    }
    assertThat(Files.size(file)).isLessThanOrEqualTo(100);
    assertThat(Files.readString(file)).contains("number 49");
    assertThat(Files.readString(folder.resolve("server.log.1"))).contains("number 4");
  }

  @Test
  void goesOnWhereAnEarlierProcessStopped() throws IOException {
    Path file = folder.resolve("server.log");
    Files.writeString(file, "earlier\n");
    LogFile log = new LogFile(file, 1000);
    log.publish(record("later"));
    log.close();
    assertThat(Files.readString(file)).startsWith("earlier\n").contains("later");
  }
}
