package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Usage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes and pods use, as each kubelet tells it itself at {@code /metrics/resource}: the right
 * to {@code nodes/metrics} is enough, where a way through the API server would need one to all that
 * a kubelet does. A kubelet whose certificate is not the cluster's own is not asked.
 */
final class Kubelets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kubelets.class);
  private static final int PATIENCE_MILLIS = 3000;

  private final KubernetesClient client;
  private final Native seen;
  private final Replicas replicas;
  private final Map<String, KubernetesClient> clients = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();

  Kubelets(KubernetesClient client, Native seen, Replicas replicas) {
    this.client = client;
    this.seen = seen;
    this.replicas = replicas;
  }

  /** Asks all nodes at once; who does not answer is left out. */
  Usage measure(Instant now) {
    ConcurrentLinkedQueue<Usage.OfNode> nodes = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Usage.OfReplica> pods = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    Set<String> addresses = new HashSet<>();
    for (Node node : seen.nodes().orElseGet(List::of)) {
      address(node)
          .ifPresent(address -> {
            addresses.add(address);
            String name = node.getMetadata().getName();
            threads.add(
                Thread.ofVirtual()
                    .name("usage of " + name)
                    .start(() -> ask(address).ifPresent(m -> read(name, m, nodes, pods))));
          });
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    forget(addresses);
    return new Usage(now, List.copyOf(nodes), List.copyOf(pods));
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

  private Optional<ResourceMetrics> ask(String address) {
    try {
      String text = clients.computeIfAbsent(address, this::at).raw("/metrics/resource");
      silent.remove(address);
      return Optional.of(ResourceMetrics.read(text == null ? "" : text));
    } catch (KubernetesClientException e) {
      if (silent.add(address)) {
        LOG.info("the kubelet at {} does not tell what is used: {}", address, Trouble.words(e));
      }
      return Optional.empty();
    }
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

  private void read(
      String node,
      ResourceMetrics metrics,
      ConcurrentLinkedQueue<Usage.OfNode> nodes,
      ConcurrentLinkedQueue<Usage.OfReplica> pods) {
    metrics.node().ifPresent(u -> nodes.add(new Usage.OfNode(node, u.cpu(), u.memory())));
    metrics
        .pods()
        .forEach((key, used) -> {
          Optional<Pod> pod = seen.pod(key.namespace(), key.name());
          Optional<GroupId> group = pod.flatMap(Labels::group);
          if (group.isPresent()) {
            replicas
                .member(group.get(), pod.orElseThrow())
                .ifPresent(m ->
                    pods.add(new Usage.OfReplica(group.get(), m, node, used.cpu(), used.memory())));
          }
        });
  }

  /** Lets go of nodes that are no more. */
  private void forget(Set<String> addresses) {
    clients.forEach((address, c) -> {
      if (!addresses.contains(address) && clients.remove(address, c)) {
        c.close();
      }
    });
    silent.retainAll(addresses);
  }

  @Override
  public void close() {
    forget(Set.of());
  }
}
