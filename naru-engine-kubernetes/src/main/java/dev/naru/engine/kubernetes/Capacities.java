package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Node;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the nodes of a cluster have for Naru's groups. Pure. */
final class Capacities {
  /** Taints of these come and go by themselves, or with whoever set them for a while. */
  private static final String PASSING = "node.kubernetes.io/";

  private Capacities() {}

  /**
   * What can be reserved now: what is allocatable on nodes that take pods, less what the pods there
   * ask for, whoever made them.
   *
   * @param own pods of Naru's; those of groups are named as {@link Node#counted()}
   * @param others all other pods that have not ended
   */
  static List<Node> free(
      Collection<io.fabric8.kubernetes.api.model.Node> nodes,
      Collection<Pod> own,
      Collection<Pod> others,
      Instant now) {
    Map<String, List<Pod>> there = new HashMap<>();
    Map<String, Set<String>> counted = new HashMap<>();
    for (Pod pod : own) {
      String node = pod.getSpec().getNodeName();
      if (node != null && Sight.exit(pod, now).isEmpty()) {
        there.computeIfAbsent(node, _ -> new ArrayList<>()).add(pod);
        Labels.group(pod)
            .ifPresent(id ->
                counted
                    .computeIfAbsent(node, _ -> new HashSet<>())
                    .add(id.project() + "/" + pod.getMetadata().getName()));
      }
    }
    for (Pod pod : others) {
      if (pod.getSpec().getNodeName() != null) {
        there.computeIfAbsent(pod.getSpec().getNodeName(), _ -> new ArrayList<>()).add(pod);
      }
    }
    return nodes.stream()
        .filter(Capacities::takes)
        .flatMap(n -> {
          String name = n.getMetadata().getName();
          return less(n, there.getOrDefault(name, List.of()), counted.getOrDefault(name, Set.of()))
              .stream();
        })
        .sorted(Comparator.comparing(Node::name))
        .toList();
  }

  /** What is left of a node; nothing where it has as many pods as it may. */
  private static Optional<Node> less(
      io.fabric8.kubernetes.api.model.Node node, List<Pod> there, Set<String> counted) {
    Requests taken = there.stream().map(Requests::of).reduce(Requests.NONE, Requests::plus);
    Map<String, Quantity> has = node.getStatus().getAllocatable();
    Requests all = Requests.of(has);
    long pods = has.containsKey("pods") ? Requests.bytes(has.get("pods")) : Long.MAX_VALUE;
    return there.size() >= pods
        ? Optional.empty()
        : Optional.of(
            new Node(
                node.getMetadata().getName(),
                new Cpu(Math.max(0, all.cpuMillis() - taken.cpuMillis())),
                new Bytes(Math.max(0, all.memoryBytes() - taken.memoryBytes())),
                counted));
  }

  /** What could be reserved at most: what is allocatable, if nobody else were there. */
  static List<Node> most(Collection<io.fabric8.kubernetes.api.model.Node> nodes) {
    return nodes.stream()
        .filter(Capacities::allocatable)
        .filter(n -> n.getSpec().getTaints().stream().allMatch(Capacities::passes))
        .flatMap(n -> less(n, List.of(), Set.of()).stream())
        .sorted(Comparator.comparing(Node::name))
        .toList();
  }

  private static boolean takes(io.fabric8.kubernetes.api.model.Node node) {
    return allocatable(node)
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"))
        && !Boolean.TRUE.equals(node.getSpec().getUnschedulable())
        && node.getSpec().getTaints().stream()
            .allMatch(t -> t.getEffect().equals("PreferNoSchedule"));
  }

  private static boolean allocatable(io.fabric8.kubernetes.api.model.Node node) {
    return node.getStatus() != null && node.getStatus().getAllocatable() != null;
  }

  private static boolean passes(io.fabric8.kubernetes.api.model.Taint taint) {
    return taint.getEffect().equals("PreferNoSchedule") || taint.getKey().startsWith(PASSING);
  }
}
