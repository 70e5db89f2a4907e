package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Node;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the nodes of a cluster have for Naru's groups: what is allocatable, less what the pods of
 * others reserve, which is asked for now and then.
 */
final class Capacities {
  private static final Duration OTHERS_EVERY = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final Native seen;
  private final Clock clock;
  private Map<String, long[]> others = Map.of();
  private Instant asked = Instant.MIN;

  Capacities(KubernetesClient client, Native seen, Clock clock) {
    this.client = client;
    this.seen = seen;
    this.clock = clock;
  }

  /** The nodes that take new pods; one that stands for all where they cannot be looked at. */
  synchronized List<Node> nodes() {
    Optional<List<io.fabric8.kubernetes.api.model.Node>> all = seen.nodes();
    if (all.isEmpty()) {
      return List.of(Node.UNSEEN);
    }
    if (asked.plus(OTHERS_EVERY).isBefore(clock.instant())) {
      others = Trouble.call("look at the pods of others", this::ofOthers);
      asked = clock.instant();
    }
    List<Node> nodes = new ArrayList<>();
    for (io.fabric8.kubernetes.api.model.Node node : all.get()) {
      if (takes(node)) {
        String name = node.getMetadata().getName();
        long[] taken = others.getOrDefault(name, new long[2]);
        Map<String, Quantity> has = node.getStatus().getAllocatable();
        nodes.add(
            new Node(
                name,
                new Cpu(Math.max(0, millis(has.get("cpu")) - taken[0])),
                new Bytes(Math.max(0, bytes(has.get("memory")) - taken[1]))));
      }
    }
    nodes.sort(java.util.Comparator.comparing(Node::name));
    return nodes;
  }

  private static boolean takes(io.fabric8.kubernetes.api.model.Node node) {
    boolean ready =
        node.getStatus() != null
            && node.getStatus().getAllocatable() != null
            && node.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    boolean closed =
        Boolean.TRUE.equals(node.getSpec().getUnschedulable())
            || node.getSpec().getTaints().stream()
                .anyMatch(t -> !t.getEffect().equals("PreferNoSchedule"));
    return ready && !closed;
  }

  private Map<String, long[]> ofOthers() {
    Map<String, long[]> sums = new HashMap<>();
    List<Pod> pods =
        client
            .pods()
            .inAnyNamespace()
            .withoutLabel(Labels.RUN)
            .withoutField("status.phase", "Succeeded")
            .withoutField("status.phase", "Failed")
            .list()
            .getItems();
    for (Pod pod : pods) {
      if (pod.getSpec().getNodeName() != null) {
        long[] sum = sums.computeIfAbsent(pod.getSpec().getNodeName(), _ -> new long[2]);
        for (Container container : pod.getSpec().getContainers()) {
          Map<String, Quantity> requests =
              container.getResources() == null || container.getResources().getRequests() == null
                  ? Map.of()
                  : container.getResources().getRequests();
          sum[0] += millis(requests.get("cpu"));
          sum[1] += bytes(requests.get("memory"));
        }
      }
    }
    return sums;
  }

  private static long millis(@org.jspecify.annotations.Nullable Quantity quantity) {
    return quantity == null
        ? 0
        : quantity.getNumericalAmount().multiply(BigDecimal.valueOf(1000)).longValue();
  }

  private static long bytes(@org.jspecify.annotations.Nullable Quantity quantity) {
    return quantity == null ? 0 : quantity.getNumericalAmount().longValue();
  }
}
