package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Usage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes and pods use, as each kubelet tells it itself at {@code /metrics/resource}. A control
 * plane inside of a cluster asks kubelets directly: the right to {@code nodes/metrics} is enough
 * for that, where the way through the API server, which commands take, needs one to all that a
 * kubelet does ({@code nodes/proxy}). A kubelet whose certificate is not the cluster's own is not
 * asked.
 */
final class Kubelets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kubelets.class);
  private static final String PATH = "/metrics/resource";
  private static final int PATIENCE_MILLIS = 3000;

  private final KubernetesClient client;
  private final Native seen;
  private final Replicas replicas;
  private final boolean inside;
  private final Map<String, KubernetesClient> clients = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final CpuTimes<ResourceMetrics.Key> times = new CpuTimes<>();

  /**
   * @param inside whether addresses of nodes can be reached; else everything goes through the API
   *     server
   */
  Kubelets(KubernetesClient client, Native seen, Replicas replicas, boolean inside) {
    this.client = client;
    this.seen = seen;
    this.replicas = replicas;
    this.inside = inside;
  }

  /** Asks all nodes at once; who does not answer is left out. */
  synchronized Usage measure(Instant now) {
    Map<String, ResourceMetrics> said = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (Node node : seen.nodes().orElseGet(List::of)) {
      String name = node.getMetadata().getName();
      threads.add(
          Thread.ofVirtual()
              .name("usage of " + name)
              .start(() -> ask(node).ifPresent(m -> said.put(name, m))));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return usage(now, new TreeMap<>(said));
  }

  private Usage usage(Instant now, SortedMap<String, ResourceMetrics> said) {
    Set<ResourceMetrics.Key> keys = new HashSet<>();
    List<Usage.OfNode> nodes = new ArrayList<>();
    List<Usage.OfReplica> pods = new ArrayList<>();
    said.forEach((node, metrics) -> {
      metrics
          .node()
          .ifPresent(used -> {
            ResourceMetrics.Key key = new ResourceMetrics.Key("", node);
            keys.add(key);
            nodes.add(new Usage.OfNode(node, cpu(now, key, used), used.memory()));
          });
      metrics
          .pods()
          .forEach((key, used) -> {
            keys.add(key);
            Optional<Pod> pod = seen.pod(key.namespace(), key.name());
            pod.flatMap(Labels::group)
                .ifPresent(group ->
                    replicas
                        .member(group, pod.orElseThrow())
                        .ifPresent(member ->
                            pods.add(
                                new Usage.OfReplica(
                                    group, member, node, cpu(now, key, used), used.memory()))));
          });
    });
    times.keepOnly(keys);
    return new Usage(now, nodes, pods);
  }

  private Duration cpu(Instant now, ResourceMetrics.Key key, ResourceMetrics.Used used) {
    return times.until(now, key, used.cpu(), used.at());
  }

  private Optional<ResourceMetrics> ask(Node node) {
    String name = node.getMetadata().getName();
    try {
      String text =
          inside
              ? address(node).map(a -> clients.computeIfAbsent(a, this::at).raw(PATH)).orElse("")
              : client.raw("/api/v1/nodes/" + name + "/proxy" + PATH);
      silent.remove(name);
      return Optional.of(ResourceMetrics.read(text == null ? "" : text));
    } catch (KubernetesClientException e) {
      if (silent.add(name)) {
        LOG.info("node {} does not tell what is used: {}", name, Trouble.words(e));
      }
      return Optional.empty();
    }
  }

  private static Optional<String> address(Node node) {
    if (node.getStatus() == null || node.getStatus().getDaemonEndpoints() == null) {
      return Optional.empty();
    }
    int port = node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort();
    return node.getStatus().getAddresses().stream()
        .filter(a -> a.getType().equals("InternalIP"))
        .map(a -> a.getAddress().contains(":") ? "[" + a.getAddress() + "]" : a.getAddress())
        .map(a -> "https://" + a + ":" + port + "/")
        .findFirst();
  }

  /** With the same rights as at the API server. */
  private KubernetesClient at(String address) {
    Config config =
        new ConfigBuilder(client.getConfiguration())
            .withMasterUrl(address)
            .withRequestTimeout(PATIENCE_MILLIS)
            .withConnectionTimeout(PATIENCE_MILLIS)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  public void close() {
    clients.values().forEach(KubernetesClient::close);
  }
}
