package dev.naru.server.gateway;

import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What several gateways count, added up. */
public final class StatsSum {
  private StatsSum() {}

  /** By Inference, in the order in which they were first named. */
  public static List<RouteStats> of(List<GatewayStats> all) {
    Map<String, RouteStats> sums = new LinkedHashMap<>();
    for (GatewayStats stats : all) {
      for (RouteStats route : stats.routes()) {
        sums.merge(route.project() + "/" + route.inference(), route, StatsSum::add);
      }
    }
    return List.copyOf(sums.values());
  }

  private static RouteStats add(RouteStats a, RouteStats b) {
    return new RouteStats(
        a.project(),
        a.inference(),
        a.arrivals() + b.arrivals(),
        a.completed() + b.completed(),
        a.failed() + b.failed(),
        a.rejected() + b.rejected(),
        a.held() + b.held(),
        a.inFlight() + b.inFlight(),
        a.serviceTime().plus(b.serviceTime()),
        a.slow() + b.slow(),
        later(a.lastRequestAt(), b.lastRequestAt()),
        replicas(a.replicas(), b.replicas()));
  }

  private static Optional<Instant> later(Optional<Instant> a, Optional<Instant> b) {
    return a.isEmpty() ? b : b.isEmpty() || a.get().isAfter(b.get()) ? a : b;
  }

  /** A replica is ready once all gateways that know of it have found it so. */
  private static List<ReplicaStats> replicas(List<ReplicaStats> a, List<ReplicaStats> b) {
    Map<String, ReplicaStats> sums = new LinkedHashMap<>();
    List<ReplicaStats> both = new ArrayList<>(a);
    both.addAll(b);
    for (ReplicaStats one : both) {
      sums.merge(
          one.id(),
          one,
          (x, y) ->
              new ReplicaStats(
                  x.id(),
                  x.ready() && y.ready(),
                  x.inFlight() + y.inFlight(),
                  x.completed() + y.completed(),
                  x.failures() + y.failures()));
    }
    return List.copyOf(sums.values());
  }
}
