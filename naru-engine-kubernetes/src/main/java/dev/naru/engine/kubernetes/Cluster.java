package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster is meant, and a client for it: the pod's own service account inside of a cluster,
 * else a kubeconfig and one of its contexts.
 *
 * @param kubeconfig the file; empty inside of a cluster
 * @param context its context; empty for the current one
 */
public record Cluster(Optional<Path> kubeconfig, Optional<String> context) {
  private static final int CHECK_MILLIS = 4_000;
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
      if (given.contains(File.pathSeparator)) {
        throw new NaruException(
            Code.INVALID,
            "cannot use KUBECONFIG="
                + given
                + ": expected one file, found several; kubectl config view --flatten makes one of"
                + " them");
      }
      Path file = Path.of(given).toAbsolutePath();
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

  /**
   * Asks the API server whether it is there: one request that needs no rights.
   *
   * @throws NaruException ENGINE_UNREACHABLE within some seconds, with its address and the cause
   */
  public void check() {
    try (KubernetesClient client = quick()) {
      client.raw("/version");
    } catch (KubernetesClientException e) {
      if (Trouble.silent(e)) {
        throw trouble("ask for its version", e);
      }
    }
  }

  /** A client that gives up after some seconds: for who only wants to know whether it is there. */
  KubernetesClient quick() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(config())
                .withRequestTimeout(CHECK_MILLIS)
                .withConnectionTimeout(CHECK_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  /** What a client got from that cluster, in words: where nobody answered, with its address. */
  NaruException trouble(String doing, KubernetesClientException e) {
    return Trouble.of(
        Trouble.silent(e)
            ? "reach the cluster %s of the kubeconfig %s"
                .formatted(config().getMasterUrl(), kubeconfig.orElse(TOKEN))
            : doing,
        e);
  }

  /** The namespace of the context; {@code default} where it names none. */
  public String namespace() {
    return Optional.ofNullable(config().getNamespace()).orElse("default");
  }

  /** Which one this is, so that another can be told from it: {@code FILE#CONTEXT}. */
  public String address() {
    NamedContext named = config().getCurrentContext();
    return kubeconfig.map(Path::toString).orElse("") + "#" + (named == null ? "" : named.getName());
  }

  private Config config() {
    Config config =
        kubeconfig.isPresent() ? read(kubeconfig.get().toFile()) : Config.autoConfigure(null);
    return new ConfigBuilder(config)
        .withRequestTimeout(20_000)
        .withConnectionTimeout(5_000)
        .withRequestRetryBackoffLimit(1)
        .withWatchReconnectInterval(200)
        .withWatchReconnectLimit(-1)
        .build();
  }

  private Config read(File file) {
    if (file.length() == 0) {
      throw unusable("it is empty; correct it", null);
    }
    Config config;
    try {
      config = Config.fromKubeconfig(context.orElse(null), file);
    } catch (RuntimeException e) {
      throw unusable(
          "it is no kubeconfig (%s); correct it"
              .formatted(String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
    List<String> names = config.getContexts().stream().map(NamedContext::getName).toList();
    if (context.isPresent() && !names.contains(context.get())) {
      throw unusable(
          "it has no context '%s', only %s".formatted(context.get(), String.join(", ", names)),
          null);
    }
    if (config.getCurrentContext() == null) {
      throw unusable(
          "it has no current context; kubectl config use-context NAME sets it, to one of: "
              + String.join(", ", names),
          null);
    }
    if (config.getFileWithCluster() == null) {
      throw unusable(without("cluster", config), null);
    }
    if (config.getFileWithAuthInfo() == null) {
      throw unusable(without("user", config), null);
    }
    return config;
  }

  private static String without(String what, Config config) {
    NamedContext named = config.getCurrentContext();
    String name =
        what.equals("user") ? named.getContext().getUser() : named.getContext().getCluster();
    return "its context '%s' is about the %s '%s', which it does not have; correct it"
        .formatted(named.getName(), what, name);
  }

  private NaruException unusable(String why, @Nullable Throwable cause) {
    return new NaruException(
        Code.INVALID, "cannot use the kubeconfig " + kubeconfig.orElse(TOKEN) + ": " + why, cause);
  }
}
