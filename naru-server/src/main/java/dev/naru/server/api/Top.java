package dev.naru.server.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The composition of the work.
 *
 * @param at when use was read
 * @param nodes one per node; none where they may not be looked at
 * @param total all nodes added up, named {@code total}
 * @param workloads one per workload that has replicas
 */
public record Top(Instant at, List<OfNode> nodes, OfNode total, List<OfWorkload> workloads) {
  /** Copies the lists. */
  public Top {
    nodes = List.copyOf(nodes);
    workloads = List.copyOf(workloads);
  }

  /**
   * Processor time and memory.
   *
   * @param cpuMillis thousandths of a core
   * @param memoryBytes bytes
   */
  public record Amount(long cpuMillis, long memoryBytes) {
    /** Nothing. */
    public static final Amount NONE = new Amount(0, 0);

    /** The sum of both. */
    public Amount plus(Amount other) {
      return new Amount(cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
    }

    /** What is left without the other, never below nothing. */
    public Amount minus(Amount other) {
      return new Amount(
          Math.max(0, cpuMillis - other.cpuMillis), Math.max(0, memoryBytes - other.memoryBytes));
    }
  }

  /**
   * What a class of work has.
   *
   * @param reserved by its replicas; empty for classes that reserve nothing
   * @param used really
   */
  public record Share(Optional<Amount> reserved, Amount used) {}

  /**
   * One node.
   *
   * @param name its name
   * @param size what it has
   * @param classes {@code prepare}, {@code train}, {@code infer}, {@code naru} (control plane and
   *     gateway), {@code other} (programs that are not Naru's) and {@code free}; reserved and used
   *     each add up to the size
   */
  public record OfNode(String name, Amount size, SortedMap<String, Share> classes) {}

  /**
   * One workload.
   *
   * @param ref {@code training/fraud}
   * @param project its project
   * @param workClass {@code prepare}, {@code train} or {@code infer}
   * @param reserved by its replicas
   * @param used by its replicas
   * @param replicas how many there are
   */
  public record OfWorkload(
      String ref, String project, String workClass, Amount reserved, Amount used, int replicas) {}
}
