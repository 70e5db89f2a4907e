package dev.naru.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.state.Event;
import dev.naru.core.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KillTest {
  @TempDir Path home;

  @Test
  @Timeout(120)
  void keepsWhatItAcceptedWhenItIsKilledInTheMiddle() throws Exception {
    Path file = home.resolve("naru.db");
    long accepted = 0;
    for (int round = 1; round <= 3; round++) {
      accepted = killAfter(file, accepted + 50L * round);
      try (Store store = SqliteStore.open(file)) {
        long version = store.get(KilledWriter.KEY).orElseThrow().version();
        // The last one may have been accepted and not yet told.
        assertThat(version).isBetween(accepted, accepted + 1);
        List<String> events =
            store.events(KilledWriter.KEY, 1_000_000).stream().map(Event::message).toList();
        assertThat(events).hasSize((int) version).endsWith("version " + version);
        accepted = version;
      }
    }
  }

  /** Runs a writer until it has told that version, kills it, and gives the last that it told. */
  private static long killAfter(Path file, long version) throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = 0;
    try (BufferedReader told = writer.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = told.readLine(); line != null; line = told.readLine()) {
        last = Long.parseLong(line);
        if (last >= version) {
          writer.toHandle().destroyForcibly(); // the process's own method closes the stream
        }
      }
    } finally {
      writer.destroyForcibly();
      assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    return last;
  }
}
