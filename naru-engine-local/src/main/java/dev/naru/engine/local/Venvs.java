package dev.naru.engine.local;

import dev.naru.spec.TreeDigest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Virtual environments, one for each requirements file and Python. They are made in the background:
 * downloading may take minutes.
 */
final class Venvs {
  private final Layout layout;
  private final Map<String, State> states = new ConcurrentHashMap<>();

  Venvs(Layout layout) {
    this.layout = layout;
  }

  /** How far one is. */
  sealed interface State {
    /**
     * It can be used.
     *
     * @param python its interpreter
     */
    record Ready(Path python) implements State {}

    /** It is being made. */
    record Making() implements State {}

    /**
     * It could not be made; the next start tries again.
     *
     * @param reason in words, with the end of what pip said
     */
    record Failed(String reason) implements State {}
  }

  /** Whether a requirements file asks for anything. */
  static boolean needed(String requirements) {
    return requirements
        .lines()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.startsWith("#"));
  }

  /**
   * How far the one for a requirements file is; starts making it where it is absent. A failure is
   * told once.
   */
  State get(Path python, String requirements) {
    String name = TreeDigest.ofText(python + "\n" + requirements).substring("sha256:".length());
    Path venv = layout.venvs().resolve(name);
    if (Files.exists(venv.resolve("bin/python"))) {
      return new State.Ready(venv.resolve("bin/python"));
    }
    State[] before = new State[1];
    states.compute(
        name,
        (_, state) -> {
          before[0] = state == null ? new State.Making() : state;
          if (state == null) {
            Thread.ofVirtual()
                .name("venv-" + name)
                .start(() -> states.put(name, make(venv, python, requirements)));
          }
          return state instanceof State.Failed ? null : before[0];
        });
    return before[0];
  }

  private State make(Path venv, Path python, String requirements) {
    try {
      Files.createDirectories(layout.venvs());
      try (FileChannel file =
              FileChannel.open(
                  venv.resolveSibling(venv.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = file.lock()) {
        if (lock.isValid() && !Files.exists(venv)) {
          makeLocked(venv, python, requirements);
        }
        return new State.Ready(venv.resolve("bin/python"));
      }
    } catch (IOException e) {
      return new State.Failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new State.Failed("interrupted");
    }
  }

  /**
   * An environment knows its own path, so it cannot be renamed when it is whole: a link to it is.
   */
  private static void makeLocked(Path venv, Path python, String requirements)
      throws IOException, InterruptedException {
    Path made = venv.resolveSibling(venv.getFileName() + "-" + UUID.randomUUID());
    Path link = Durable.temporaryBeside(venv);
    try {
      List<String> pip = pip(made, python);
      Path file = made.resolve("requirements.txt");
      Files.writeString(file, requirements);
      List<String> install = new ArrayList<>(pip);
      install.addAll(
          List.of(
              "install",
              "--quiet",
              "--disable-pip-version-check",
              "--no-input",
              "--require-hashes",
              "-r",
              file.toString()));
      run(made, install);
      Files.createSymbolicLink(link, made.getFileName());
      Files.move(link, venv, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | InterruptedException e) {
      Files.deleteIfExists(link);
      Durable.deleteTree(made);
      throw e;
    }
  }

  /**
   * Makes an empty environment and says how to install into it: with the Python's own pip where it
   * can do that (22.3 or newer), for bringing a second one along takes most of the time.
   */
  private static List<String> pip(Path made, Path python) throws IOException, InterruptedException {
    String inside = made.resolve("bin/python").toString();
    run(made, List.of(python.toString(), "-m", "venv", "--without-pip", made.toString()));
    List<String> pip = List.of(python.toString(), "-m", "pip", "--python", inside);
    try {
      run(made, Stream.concat(pip.stream(), Stream.of("--version")).toList());
      return pip;
    } catch (IOException e) {
      run(made, List.of(python.toString(), "-m", "venv", made.toString()));
      return List.of(inside, "-m", "pip");
    }
  }

  private static void run(Path made, List<String> command)
      throws IOException, InterruptedException {
    Path output = made.resolveSibling(made.getFileName() + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        List<String> said = Files.readAllLines(output);
        throw new IOException(
            "cannot install the requirements: "
                + String.join(" / ", said.subList(Math.max(0, said.size() - 3), said.size())));
      }
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }
}
