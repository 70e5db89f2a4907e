package dev.naru.core.engine;

import dev.naru.spec.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is really used, now. Processor times only grow; a rate is the difference of two of these.
 *
 * @param at when it was read
 * @param nodes what is used of each node, by anything
 * @param replicas what each running replica uses, with all its processes
 */
public record Usage(Instant at, List<OfNode> nodes, List<OfReplica> replicas) {
  /** Copies the lists. */
  public Usage {
    nodes = List.copyOf(nodes);
    replicas = List.copyOf(replicas);
  }

  /**
   * Use of a node.
   *
   * @param node its name
   * @param cpu processor time since some fixed moment, all cores added up
   * @param memory in use, without what the system could give back
   */
  public record OfNode(String node, Duration cpu, Bytes memory) {}

  /**
   * Use of a replica.
   *
   * @param group its group
   * @param member which
   * @param node where it is
   * @param cpu processor time since its start
   * @param memory in use, shared pages divided among those that share them
   */
  public record OfReplica(GroupId group, Member member, String node, Duration cpu, Bytes memory) {}
}
