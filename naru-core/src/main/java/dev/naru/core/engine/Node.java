package dev.naru.core.engine;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;

/**
 * A machine that replicas are placed on.
 *
 * @param name its name
 * @param cpu what can be reserved in all
 * @param memory what can be reserved in all
 */
public record Node(String name, Cpu cpu, Bytes memory) {
  /**
   * Stands for nodes that may not be looked at: whether there is room is not known, so nothing is
   * held back for lack of it. Its amounts mean nothing.
   */
  public static final Node UNSEEN = new Node("", Cpu.ZERO, Bytes.ZERO);

  /** Whether it is a node that was looked at. */
  public boolean isSeen() {
    return !name.isEmpty();
  }
}
