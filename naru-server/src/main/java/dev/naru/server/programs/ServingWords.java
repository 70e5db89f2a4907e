package dev.naru.server.programs;

import dev.naru.core.engine.Program;
import dev.naru.serving.ServingFlags;
import dev.naru.spec.Resources;
import java.util.ArrayList;
import java.util.List;

/** The words that gateway and model server are started with: options, main class, arguments. */
final class ServingWords {
  private static final String MODEL_SERVER = "dev.naru.serving.ModelServer";
  private static final String GATEWAY = "dev.naru.serving.Gateway";
  private static final long LEAST_HEAP_MEBIBYTES = 32;

  private ServingWords() {}

  /** Options of the JVM of a model server. */
  static List<String> modelServerOptions(Resources resources) {
    long heap = Math.max(LEAST_HEAP_MEBIBYTES, (resources.memory().value() >> 20) / 2);
    return with(ServingFlags.MODEL_SERVER, "-Xmx" + heap + "m");
  }

  /**
   * Main class and arguments of a model server, which serves signed models only.
   *
   * @param keys whose signatures it accepts; never none
   */
  static List<String> modelServer(
      Program.ModelServer program, String model, int port, List<String> keys) {
    return List.of(
        MODEL_SERVER,
        "--model",
        model,
        "--digest",
        program.digest(),
        "--name",
        program.name(),
        "--version",
        Integer.toString(program.version()),
        "--port",
        Integer.toString(port),
        "--training",
        program.model().path().split("/", 2)[0],
        "--keys",
        String.join(",", keys));
  }

  /** Options of the JVM of the gateway. */
  static List<String> gatewayOptions() {
    return with(ServingFlags.GATEWAY, "-Xmx96m");
  }

  /** Main class and arguments of the gateway. */
  static List<String> gateway(Program.Gateway program, String home, String tokenFile) {
    return List.of(
        GATEWAY,
        "--port",
        Integer.toString(program.port()),
        "--admin-port",
        Integer.toString(program.adminPort()),
        "--home",
        home,
        "--token-file",
        tokenFile);
  }

  /** The last of two options that say the same counts. */
  static List<String> with(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }
}
