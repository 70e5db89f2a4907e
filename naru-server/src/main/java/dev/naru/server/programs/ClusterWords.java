package dev.naru.server.programs;

import dev.naru.core.engine.Program;
import dev.naru.engine.kubernetes.KubernetesSettings;
import dev.naru.spec.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Arguments of Naru's own programs in pods: they follow {@code java -cp CLASSPATH}. */
public final class ClusterWords implements KubernetesSettings.Words {
  private static final List<String> SMALL =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx48m");

  private final Supplier<List<String>> keys;

  /**
   * For an operator.
   *
   * @param keys whose signatures model servers accept, asked for each one; one that is given none
   *     does not start
   */
  public ClusterWords(Supplier<List<String>> keys) {
    this.keys = keys;
  }

  @Override
  public List<String> modelServer(
      Program.ModelServer program, String directory, int port, Resources resources) {
    return words(
        ServingWords.modelServerOptions(resources),
        ServingWords.with(
            ServingWords.modelServer(program, directory, port, keys.get()), "--host", "0.0.0.0"));
  }

  @Override
  public List<String> gateway(String namespace, String directory, String tokenFile) {
    return words(
        ServingWords.with(ServingWords.gatewayOptions(), "-XX:MaxDirectMemorySize=96m"),
        ServingWords.with(
            ServingWords.gateway(
                new Program.Gateway(
                    KubernetesSettings.GATEWAY_PORT, KubernetesSettings.GATEWAY_ADMIN_PORT),
                directory,
                tokenFile),
            "--host",
            "0.0.0.0",
            "--admin-host",
            "0.0.0.0",
            "--metrics-port",
            Integer.toString(KubernetesSettings.GATEWAY_METRICS_PORT),
            "--metrics-host",
            "0.0.0.0",
            "--namespace",
            namespace));
  }

  @Override
  public List<String> probe(List<String> words) {
    List<String> all = new ArrayList<>(SMALL);
    all.add("dev.naru.engine.local.ProbeMain");
    all.addAll(words);
    return all;
  }

  @Override
  public List<String> files(int port, String tokenFile) {
    return words(
        SMALL, List.of("dev.naru.engine.local.FilesMain", Integer.toString(port), tokenFile));
  }

  @Override
  public List<String> kill(Instant at) {
    return words(
        SMALL, List.of("dev.naru.engine.local.KillMain", Long.toString(at.toEpochMilli())));
  }

  /** The runtime in the image has an archive of its classes for headers of the usual size only. */
  private static List<String> words(List<String> options, List<String> arguments) {
    List<String> words = new ArrayList<>(options);
    words.add("-XX:-UseCompactObjectHeaders");
    words.addAll(arguments);
    return words;
  }
}
