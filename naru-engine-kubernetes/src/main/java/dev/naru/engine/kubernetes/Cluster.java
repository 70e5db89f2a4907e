package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which cluster is meant, and a client for it: the pod's own service account inside of a cluster,
 * else a kubeconfig and one of its contexts.
 *
 * @param kubeconfig the file; empty inside of a cluster
 * @param context its context; empty for the current one
 */
public record Cluster(Optional<Path> kubeconfig, Optional<String> context) {
  private static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

  /**
   * The cluster that the environment names: {@code KUBECONFIG}, else {@code ~/.kube/config}, else
   * the one that this program runs in.
   *
   * @param context of the kubeconfig; empty for the current one
   * @throws NaruException INVALID where there is none of them
   */
  public static Cluster of(Map<String, String> env, Optional<String> context) {
    String given = env.getOrDefault("KUBECONFIG", "").strip();
    Path home = Path.of(env.getOrDefault("HOME", System.getProperty("user.home")), ".kube/config");
    if (!given.isEmpty()) {
      Path file = Path.of(given.split(java.io.File.pathSeparator, 2)[0]).toAbsolutePath();
      if (!Files.isReadable(file)) {
        throw new NaruException(
            Code.INVALID,
            "cannot read the kubeconfig " + file + " that KUBECONFIG names; correct or unset it");
      }
      return new Cluster(Optional.of(file), context);
    }
    if (Files.isReadable(home)) {
      return new Cluster(Optional.of(home), context);
    }
    if (Files.isReadable(TOKEN)) {
      return new Cluster(Optional.empty(), Optional.empty());
    }
    throw new NaruException(
        Code.INVALID,
        "cannot find a cluster: there is neither KUBECONFIG nor "
            + home
            + "; set KUBECONFIG to a kubeconfig");
  }

  /**
   * A client; asks nobody yet.
   *
   * @throws NaruException INVALID where the kubeconfig cannot be used, or has no such context
   */
  KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  /** The namespace of the context; {@code default} where it names none. */
  public String namespace() {
    return Optional.ofNullable(config().getNamespace()).orElse("default");
  }

  private Config config() {
    Config config;
    try {
      config =
          kubeconfig.isPresent()
              ? Config.fromKubeconfig(context.orElse(null), kubeconfig.get().toFile())
              : Config.autoConfigure(null);
    } catch (RuntimeException e) {
      throw new NaruException(
          Code.INVALID,
          "cannot use the kubeconfig " + kubeconfig.orElse(TOKEN) + ": " + e.getMessage(),
          e);
    }
    if (context.isPresent()
        && config.getContexts().stream().noneMatch(c -> c.getName().equals(context.get()))) {
      throw new NaruException(
          Code.INVALID,
          "cannot use context '"
              + context.get()
              + "': the kubeconfig "
              + kubeconfig.orElse(TOKEN)
              + " has no such context");
    }
    return new ConfigBuilder(config)
        .withRequestTimeout(20_000)
        .withConnectionTimeout(5_000)
        .withRequestRetryBackoffLimit(1)
        .withWatchReconnectInterval(200)
        .withWatchReconnectLimit(-1)
        .build();
  }
}
