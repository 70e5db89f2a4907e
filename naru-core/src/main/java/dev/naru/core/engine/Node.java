package dev.naru.core.engine;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import java.util.Set;

/**
 * A machine that replicas are placed on.
 *
 * @param name its name
 * @param cpu what can be reserved in all, beside what is {@code counted}
 * @param memory what can be reserved in all, beside what is {@code counted}
 * @param counted replicas whose reservations are taken off already, as {@code project/handle};
 *     empty where the engine takes off nothing
 */
public record Node(String name, Cpu cpu, Bytes memory, Set<String> counted) {
  /**
   * Stands for nodes that may not be looked at: whether there is room is not known, so nothing is
   * held back for lack of it. Its amounts mean nothing.
   */
  public static final Node UNSEEN = new Node("", Cpu.ZERO, Bytes.ZERO);

  /** Copies the set. */
  public Node {
    counted = Set.copyOf(counted);
  }

  /** One where nothing is counted. */
  public Node(String name, Cpu cpu, Bytes memory) {
    this(name, cpu, memory, Set.of());
  }

  /** Whether it is a node that was looked at. */
  public boolean isSeen() {
    return !name.isEmpty();
  }
}
