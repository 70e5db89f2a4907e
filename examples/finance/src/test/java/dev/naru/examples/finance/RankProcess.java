package dev.naru.examples.finance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Ranks as an engine starts them: real processes that know their environment only. */
final class RankProcess {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private RankProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** What the ranks of one attempt share. */
  record Attempt(Path folder, Path input, int ranks, Optional<Path> resumeFrom) {
    Path checkpoints() {
      return folder.resolve("checkpoints");
    }

    Path models() {
      return folder.resolve("model");
    }

    Path temporary(int rank) {
      return folder.resolve("tmp-" + rank);
    }

    List<RankProcess> start() throws IOException {
      Files.createDirectories(folder);
      int port = freePort();
      List<RankProcess> started = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        started.add(start(rank, port));
      }
      return started;
    }

    private RankProcess start(int rank, int port) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              "dev.naru.examples.finance.Main",
              "train",
              "fraud");
      Map<String, String> environment = builder.environment();
      environment.put("NARU_RANK", Integer.toString(rank));
      environment.put("NARU_WORLD_SIZE", Integer.toString(ranks));
      environment.put("NARU_COORDINATOR", "127.0.0.1:" + port);
      environment.put("NARU_INPUT_TRANSACTIONS", input.toString());
      environment.put("NARU_CHECKPOINT_DIR", checkpoints().toString());
      environment.put("NARU_MODEL_DIR", models().toString());
      environment.put("NARU_GRACE_SECONDS", "10");
      environment.put("TMPDIR", temporary(rank).toString());
      resumeFrom.ifPresent(from -> environment.put("NARU_RESUME_FROM", from.toString()));
      Path log = folder.resolve("rank-" + rank + ".log");
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      return new RankProcess(builder.start(), log);
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM. */
  void askToStop() {
    process.destroy();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("rank still runs after " + LIMIT);
    }
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(log);
  }
}
