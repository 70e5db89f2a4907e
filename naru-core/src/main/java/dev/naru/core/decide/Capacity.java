package dev.naru.core.decide;

import dev.naru.core.engine.Node;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What can still be reserved on each node.
 *
 * @param nodes free amounts, per node; never negative; one that is not seen has room for all
 * @param because why no other node is looked at, in words; empty where all are
 */
public record Capacity(List<Node> nodes, String because) {
  /** Nodes whose figures are listed, where there is no room. */
  private static final int LISTED = 6;

  /** More replicas than one node can have. */
  private static final int MOST = 100_000;

  /** Copies the list. */
  public Capacity {
    nodes = List.copyOf(nodes);
  }

  /** All nodes. */
  public Capacity(List<Node> nodes) {
    this(nodes, "");
  }

  /**
   * Places that many replicas, all or none, on the first nodes that have room.
   *
   * @return what is free afterwards; empty where not all fit
   */
  public Optional<Capacity> place(int replicas, Resources each) {
    Capacity left = this;
    for (int i = 0; i < replicas; i++) {
      Optional<Node> node = left.firstWithRoom(each);
      if (node.isEmpty()) {
        return Optional.empty();
      }
      left = left.without(node.get().name(), each);
    }
    return Optional.of(left);
  }

  private Optional<Node> firstWithRoom(Resources each) {
    return nodes.stream().filter(n -> fits(n, each) > 0).findFirst();
  }

  /**
   * Where a replica counts that is on no node yet: on the first one with room, else on the one with
   * the most cpu left.
   *
   * @return the node's name; empty where there are no nodes
   */
  public String nodeFor(Resources each) {
    return firstWithRoom(each)
        .or(() -> nodes.stream().max(Comparator.comparing(Node::cpu)))
        .map(Node::name)
        .orElse("");
  }

  /** Without what is reserved on a node; what is reserved beyond its size counts as all of it. */
  public Capacity without(String node, Resources each) {
    List<Node> left = new ArrayList<>(nodes);
    left.replaceAll(n -> n.name().equals(node) ? less(n, each) : n);
    return new Capacity(left, because);
  }

  /** Of one node alone, for that reason. */
  public Capacity only(String node, String why) {
    return new Capacity(
        nodes.stream().filter(n -> !n.isSeen() || n.name().equals(node)).toList(), why);
  }

  /** What replicas want, and which nodes are short of what, in words. */
  public String figures(int replicas, Resources each) {
    int room = nodes.stream().mapToInt(n -> fits(n, each)).sum();
    String free =
        nodes.stream().limit(LISTED).map(n -> words(n, each)).collect(Collectors.joining(", "));
    return "%d × %s cpu and %s memory wanted%s; free: %s%s%s"
        .formatted(
            replicas,
            each.cpu(),
            each.memory(),
            replicas > 1 ? ", room for " + Math.min(room, replicas) : "",
            nodes.isEmpty() ? "no node takes any" : free,
            nodes.size() > LISTED ? " and " + (nodes.size() - LISTED) + " more nodes" : "",
            because.isEmpty() ? "" : "; " + because);
  }

  /** {@code n1 150m cpu, 2Gi memory (short of cpu)}. */
  private static String words(Node node, Resources each) {
    int fit = fits(node, each);
    List<String> shortOf = new ArrayList<>();
    if (node.cpu().millis() < (fit + 1L) * each.cpu().millis()) {
      shortOf.add("cpu");
    }
    if (node.memory().value() < (fit + 1L) * each.memory().value()) {
      shortOf.add("memory");
    }
    return "%s %s cpu, %s memory%s"
        .formatted(
            node.name(),
            node.cpu(),
            Bytes.ofMebibytes(node.memory().value() >> 20),
            shortOf.isEmpty() ? "" : " (short of " + String.join(" and ", shortOf) + ")");
  }

  /** How many replicas there is room for on a node. */
  private static int fits(Node node, Resources each) {
    if (!node.isSeen()) {
      return MOST;
    }
    return (int)
        Math.min(
            times(node.cpu().millis(), each.cpu().millis()),
            times(node.memory().value(), each.memory().value()));
  }

  private static long times(long has, long wants) {
    return wants == 0 ? MOST : Math.min(MOST, has / wants);
  }

  private static Node less(Node node, Resources each) {
    return new Node(
        node.name(),
        new Cpu(Math.max(0, node.cpu().millis() - each.cpu().millis())),
        new Bytes(Math.max(0, node.memory().value() - each.memory().value())));
  }
}
