package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster that tests use: that of KUBECONFIG, with a registry that takes images without TLS and
 * a route from here to its pods. {@code testbed/kubernetes up} starts one.
 */
final class TestCluster {
  private static final Optional<TestCluster> THERE = find(System.getenv());

  private final Cluster cluster;
  private final String registry;

  private TestCluster(Cluster cluster, String registry) {
    this.cluster = cluster;
    this.registry = registry;
  }

  /** Says in one line why tests are skipped where there is no cluster. */
  static boolean available() {
    return THERE.isPresent();
  }

  static TestCluster get() {
    return THERE.orElseThrow();
  }

  Cluster cluster() {
    return cluster;
  }

  /** {@code HOST:PORT[/PREFIX]}. */
  String registry() {
    return registry;
  }

  private static Optional<TestCluster> find(Map<String, String> env) {
    if (env.getOrDefault("KUBECONFIG", "").isBlank()) {
      return skipped("KUBECONFIG names no cluster");
    }
    try {
      Cluster cluster = Cluster.of(env, Optional.empty());
      try (Installer installer = new Installer(cluster, _ -> {})) {
        Optional<String> hosted = installer.registry();
        String given = env.getOrDefault("NARU_REGISTRY", "").strip();
        Optional<String> registry = given.isEmpty() ? hosted : Optional.of(given);
        return registry.isPresent()
            ? Optional.of(new TestCluster(cluster, registry.get()))
            : skipped("neither NARU_REGISTRY nor the cluster names a registry");
      }
    } catch (NaruException e) {
      return skipped(e.getMessage());
    }
  }

  private static Optional<TestCluster> skipped(@org.jspecify.annotations.Nullable String why) {
    System.out.println(
        "skipped: tests of engine kubernetes: " + why + "; or run testbed/kubernetes up");
    return Optional.empty();
  }
}
