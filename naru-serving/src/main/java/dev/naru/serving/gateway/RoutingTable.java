package dev.naru.serving.gateway;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the control plane wants routed.
 *
 * @param version the control plane's number of this table, at least 0
 */
record RoutingTable(long version, List<Route> routes) {
  RoutingTable {
    routes = List.copyOf(routes);
  }

  /** The table before the first one is pushed. */
  static RoutingTable empty() {
    return new RoutingTable(0, List.of());
  }

  /** What a route is known by. */
  record Key(String project, String inference) {}

  /**
   * One Inference.
   *
   * @param shortForm whether {@code /v2/models/<inference>} leads here too
   * @param readyPath what a ready replica answers with 2xx; empty where an accepted TCP connection
   *     is enough
   * @param queueLimit requests held at once while no replica is ready; at least 0
   * @param queueTimeout how long one is held, above zero
   * @param slowAfter time in a replica beyond which a request is counted as slow; zero counts none
   * @param replayable whether V2 infer and the methods that HTTP calls idempotent may be sent twice
   */
  record Route(
      Key key,
      boolean shortForm,
      String readyPath,
      int queueLimit,
      Duration queueTimeout,
      Duration slowAfter,
      boolean replayable,
      List<Revision> revisions) {
    Route {
      revisions = List.copyOf(revisions);
    }
  }

  /**
   * Replicas of one version of an Inference.
   *
   * @param weight this revision's part of the requests, relative to the other revisions that have a
   *     ready replica; 0 for none
   */
  record Revision(int revision, int weight, List<Target> replicas) {
    Revision {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * One replica.
   *
   * @param key what tells it from every other one that had its address; the id, in a cluster the
   *     name of its pod
   * @param id what the control plane calls it
   * @param draining whether it gets no new requests
   */
  record Target(String key, String id, InetSocketAddress address, boolean draining) {}
}
