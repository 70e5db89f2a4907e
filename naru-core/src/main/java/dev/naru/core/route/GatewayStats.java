package dev.naru.core.route;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway counts. Counters are totals since it started.
 *
 * @param sequence grows when something noteworthy happened
 * @param version of the table that it goes by
 * @param startedAt when it started; other counters begin at 0 then
 * @param routes one per route of the table
 */
public record GatewayStats(
    long sequence, long version, Instant startedAt, List<RouteStats> routes) {
  /** Copies the list. */
  public GatewayStats {
    routes = List.copyOf(routes);
  }

  /** Those of one Inference. */
  public Optional<RouteStats> route(String project, String inference) {
    return routes.stream()
        .filter(r -> r.project().equals(project) && r.inference().equals(inference))
        .findFirst();
  }

  /**
   * Counters of one Inference.
   *
   * @param project its project
   * @param inference its name
   * @param arrivals requests that came
   * @param completed answered by a replica, whatever the status
   * @param failed answered by the gateway with 502 or 504
   * @param rejected refused for lack of a ready replica or of room in the queue
   * @param held waiting for a replica now
   * @param inFlight in a replica now
   * @param serviceTime time in replicas, added up over {@code completed}
   * @param slow of {@code completed}, those that took longer than the route's {@code slowAfter}
   * @param lastRequestAt when the last request came
   * @param replicas one per replica of the table
   */
  public record RouteStats(
      String project,
      String inference,
      long arrivals,
      long completed,
      long failed,
      long rejected,
      int held,
      int inFlight,
      Duration serviceTime,
      long slow,
      Optional<Instant> lastRequestAt,
      List<ReplicaStats> replicas) {
    /** Copies the list. */
    public RouteStats {
      replicas = List.copyOf(replicas);
    }

    /** Those of one replica. */
    public Optional<ReplicaStats> replica(String id) {
      return replicas.stream().filter(r -> r.id().equals(id)).findFirst();
    }
  }

  /**
   * Counters of one replica.
   *
   * @param id as in the table
   * @param ready whether its last probe succeeded and nothing failed since
   * @param inFlight requests in it now
   * @param completed answered by it
   * @param failures connection errors
   */
  public record ReplicaStats(
      String id, boolean ready, int inFlight, long completed, long failures) {}
}
