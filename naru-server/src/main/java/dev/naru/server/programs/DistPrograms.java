package dev.naru.server.programs;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Program;
import dev.naru.engine.local.SystemPrograms;
import dev.naru.image.trust.ModelSigner;
import dev.naru.spec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How gateway and model server are started from the folder that the launcher built: {@code
 * serving.cp} is their class path.
 */
public final class DistPrograms implements SystemPrograms {
  private final Path java;
  private final String classPath;
  private final Path home;
  private final ModelSigner signer;

  /**
   * For a home.
   *
   * @param jdk home of the JDK
   * @param dist the folder that the launcher built; empty runs from this program's own class path
   * @param home the gateway keeps its last table there
   */
  public DistPrograms(Path jdk, Optional<Path> dist, Path home) {
    this.java = jdk.resolve("bin/java");
    this.home = home;
    this.signer = new ModelSigner(home, Clock.systemUTC());
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
    return java(
        ServingWords.modelServerOptions(resources),
        ServingWords.modelServer(program, model.toString(), port, signer.accepted()));
  }

  @Override
  public List<String> gateway(Program.Gateway program, Resources resources) {
    return java(
        ServingWords.gatewayOptions(),
        ServingWords.gateway(program, home.toString(), home.resolve("token").toString()));
  }

  private List<String> java(List<String> options, List<String> words) {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    line.addAll(options);
    line.addAll(List.of("-cp", classPath));
    line.addAll(words);
    return line;
  }
}
