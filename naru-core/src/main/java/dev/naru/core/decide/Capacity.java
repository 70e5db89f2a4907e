package dev.naru.core.decide;

import dev.naru.core.engine.Node;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What can still be reserved on each node.
 *
 * @param nodes free amounts, per node; never negative; one that is not seen has room for all
 */
public record Capacity(List<Node> nodes) {
  /** Copies the list. */
  public Capacity {
    nodes = List.copyOf(nodes);
  }

  /**
   * Places that many replicas, all or none, on the first nodes that have room.
   *
   * @return what is free afterwards; empty where not all fit
   */
  public Optional<Capacity> place(int replicas, Resources each) {
    List<Node> left = new ArrayList<>(nodes);
    for (int i = 0; i < replicas; i++) {
      int at = 0;
      while (at < left.size() && !fits(left.get(at), each)) {
        at++;
      }
      if (at == left.size()) {
        return Optional.empty();
      }
      left.set(at, less(left.get(at), each));
    }
    return Optional.of(new Capacity(left));
  }

  /** Without what is reserved on a node; what is reserved beyond its size counts as all of it. */
  public Capacity without(String node, Resources each) {
    return new Capacity(
        nodes.stream().map(n -> n.name().equals(node) ? less(n, each) : n).toList());
  }

  /** What replicas want and what is free, in words. */
  public String figures(int replicas, Resources each) {
    Cpu cpu = nodes.stream().map(Node::cpu).reduce(Cpu.ZERO, Cpu::plus);
    Bytes memory = nodes.stream().map(Node::memory).reduce(Bytes.ZERO, Bytes::plus);
    return "%d × %s cpu and %s memory wanted, %s cpu and %s memory free on %d node%s"
        .formatted(
            replicas,
            each.cpu(),
            each.memory(),
            cpu,
            Bytes.ofMebibytes(memory.value() >> 20),
            nodes.size(),
            nodes.size() == 1 ? "" : "s");
  }

  private static boolean fits(Node node, Resources each) {
    return !node.isSeen()
        || node.cpu().compareTo(each.cpu()) >= 0 && node.memory().compareTo(each.memory()) >= 0;
  }

  private static Node less(Node node, Resources each) {
    return new Node(
        node.name(),
        new Cpu(Math.max(0, node.cpu().millis() - each.cpu().millis())),
        new Bytes(Math.max(0, node.memory().value() - each.memory().value())));
  }
}
