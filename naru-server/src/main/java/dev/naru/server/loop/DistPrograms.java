package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Program;
import dev.naru.engine.local.SystemPrograms;
import dev.naru.serving.ServingFlags;
import dev.naru.spec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How gateway and model server are started from the folder that the launcher built: {@code
 * serving.cp} is their class path.
 */
final class DistPrograms implements SystemPrograms {
  private static final long LEAST_HEAP_MEBIBYTES = 32;

  private final Path java;
  private final String classPath;
  private final Path home;

  /**
   * For a home.
   *
   * @param jdk home of the JDK
   * @param dist the folder that the launcher built; empty runs from this program's own class path
   * @param home the gateway keeps its last table there
   */
  DistPrograms(Path jdk, Optional<Path> dist, Path home) {
    this.java = jdk.resolve("bin/java");
    this.home = home;
    this.classPath =
        dist.map(DistPrograms::read).orElseGet(() -> System.getProperty("java.class.path", ""));
  }

  private static String read(Path dist) {
    Path file = dist.resolve("serving.cp");
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new NaruException(
          Code.INTERNAL,
          "cannot read " + file + ": " + e + "; remove its folder, so that it is built again",
          e);
    }
  }

  @Override
  public List<String> modelServer(
      Program.ModelServer program, Path model, int port, Resources resources) {
    long heap = Math.max(LEAST_HEAP_MEBIBYTES, (resources.memory().value() >> 20) / 2);
    List<String> line =
        java(ServingFlags.MODEL_SERVER, "-Xmx" + heap + "m", "dev.naru.serving.ModelServer");
    line.addAll(
        List.of(
            "--model", model.toString(),
            "--digest", program.digest(),
            "--name", program.name(),
            "--version", Integer.toString(program.version()),
            "--port", Integer.toString(port)));
    return line;
  }

  @Override
  public List<String> gateway(Program.Gateway program, Resources resources) {
    List<String> line = java(ServingFlags.GATEWAY, "-Xmx96m", "dev.naru.serving.Gateway");
    line.addAll(
        List.of(
            "--port", Integer.toString(program.port()),
            "--admin-port", Integer.toString(program.adminPort()),
            "--home", home.toString(),
            "--token-file", home.resolve("token").toString()));
    return line;
  }

  private List<String> java(List<String> flags, String heap, String main) {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    line.addAll(flags);
    line.add(heap);
    line.addAll(List.of("-cp", classPath, main));
    return line;
  }
}
