package dev.naru.core.route;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything the gateway must know; a pushed table replaces the one before.
 *
 * @param version grows with each table
 * @param routes one per Inference that is up
 */
public record RouteTable(long version, List<Route> routes) {
  /** Copies the list. */
  public RouteTable {
    routes = List.copyOf(routes);
  }

  /**
   * One Inference.
   *
   * @param project its project
   * @param inference its name
   * @param shortForm whether {@code /v2/models/<inference>} is this one
   * @param ready path that answers 200 when a replica is ready; empty: a TCP connection is enough
   * @param replayable whether requests may be sent again after a connection error: those of the
   *     built-in model server
   * @param queueLimit requests held at most while no replica is ready
   * @param queueTimeout longest time that a request is held
   * @param slowAfter time in a replica beyond which a request is counted as slow
   * @param revisions the ones that have replicas
   */
  public record Route(
      String project,
      String inference,
      boolean shortForm,
      Optional<String> ready,
      boolean replayable,
      int queueLimit,
      Duration queueTimeout,
      Optional<Duration> slowAfter,
      List<Revision> revisions) {
    /** Copies the list. */
    public Route {
      revisions = List.copyOf(revisions);
    }
  }

  /**
   * The replicas of one revision.
   *
   * @param revision its number
   * @param weight share of the requests, relative to the other revisions'
   * @param replicas where they are
   */
  public record Revision(int revision, int weight, List<Target> replicas) {
    /** Copies the list. */
    public Revision {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * One replica.
   *
   * @param id group and member: {@code fraud-infer-4/0.1}
   * @param address {@code host:port}
   * @param draining whether it gets no new requests
   */
  public record Target(String id, String address, boolean draining) {}
}
