package dev.naru.image;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of this machine. */
final class Tools {
  private static final int SHOWN = 600;

  private Tools() {}

  /**
   * How a program ended.
   *
   * @param exit its exit code
   * @param text what it printed, both streams
   */
  record Ended(int exit, String text) {
    /** The lines that it called errors, else the last of what it said, for a message. */
    String errors() {
      List<String> errors =
          text.lines().filter(l -> l.startsWith("ERROR") || l.startsWith("E:")).toList();
      String line = errors.isEmpty() ? text.strip() : String.join(" | ", errors);
      String clean = line.replaceAll("[\\p{Cntrl}]+", " | ");
      return clean.length() <= SHOWN ? clean : "…" + clean.substring(clean.length() - SHOWN);
    }
  }

  /** Whether a program is on the path. */
  static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder).resolve(name);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** Runs a program to its end, in words of no language. */
  static Ended run(Path folder, Duration limit, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "DEBIAN_FRONTEND", "noninteractive"));
    Path said = Files.createTempFile("naru-", ".log");
    Process process = builder.redirectOutput(said.toFile()).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(command.getFirst() + " did not end within " + limit);
      }
      return new Ended(
          process.exitValue(), new String(Files.readAllBytes(said), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.getFirst() + " ran", e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(said);
    }
  }
}
