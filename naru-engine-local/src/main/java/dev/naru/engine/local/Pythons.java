package dev.naru.engine.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The Python interpreters of this machine. */
final class Pythons {
  private static final String ASK =
      "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)";

  private final Map<String, Path> found = new ConcurrentHashMap<>();

  /**
   * The interpreter's own file: the one on the path may be a script that needs its user's
   * environment.
   *
   * @param version such as {@code 3.11}
   */
  Optional<Path> find(String version) {
    Path known = found.get(version);
    if (known != null && Files.isExecutable(known)) {
      return Optional.of(known);
    }
    for (String name : List.of("python" + version, "python3", "python")) {
      Optional<Path> python = onPath(name).flatMap(p -> ask(p, version));
      if (python.isPresent()) {
        found.put(version, python.get());
        return python;
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> onPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder).resolve(name);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> ask(Path python, String version) {
    try {
      Process process =
          new ProcessBuilder(python.toString(), "-c", ASK)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      List<String> lines = answer.lines().toList();
      return lines.size() == 2 && lines.getFirst().equals(version)
          ? Optional.of(Path.of(lines.getLast()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
