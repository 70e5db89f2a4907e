package dev.naru.serving.gateway;

import dev.naru.serving.gateway.RoutingTable.Revision;
import dev.naru.serving.gateway.RoutingTable.Route;
import dev.naru.serving.gateway.RoutingTable.Target;
import dev.naru.serving.gateway.Slice.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes one table of what the control plane pushed and of what the cluster says. Where replicas are
 * is the cluster's word alone. What was pushed adds how requests are to be treated, what replicas
 * are called, and which of them drain.
 *
 * <p>A replica drains from the push that says so until the cluster takes it away, also where later
 * tables leave it out; but only while there is a control plane, which ends what it began.
 */
final class ClusterRoutes {
  private static final String V2_READY = "/v2/health/ready";
  private static final int QUEUE_LIMIT = 1000;
  private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(30);
  private static final Comparator<Slice> NEWEST_FIRST =
      Comparator.comparingInt(Slice::revision).reversed();

  /** Names of the pods that drain because a push said so. */
  private final Set<String> drained = new HashSet<>();

  /**
   * Every route that was pushed or has a slice.
   *
   * @param controlled whether there is a control plane just now
   */
  RoutingTable combine(RoutingTable pushed, List<Slice> slices, boolean controlled) {
    Map<RoutingTable.Key, Route> routes = new LinkedHashMap<>();
    Map<InetSocketAddress, Target> named = new HashMap<>();
    for (Route route : pushed.routes()) {
      routes.put(route.key(), route);
      route.revisions().forEach(r -> r.replicas().forEach(t -> named.put(t.address(), t)));
    }
    Set<RoutingTable.Key> told = Set.copyOf(routes.keySet());
    slices.stream()
        .sorted(NEWEST_FIRST)
        .forEach(s -> routes.computeIfAbsent(s.key(), _ -> untold(s)));
    Map<RoutingTable.Key, Map<Integer, Map<String, Endpoint>>> pods = new HashMap<>();
    for (Slice slice : slices) {
      // Without a path to ask for, the answer that the cluster itself got from the replica counts.
      boolean asks = told.contains(slice.key()) || slice.v2();
      Map<String, Endpoint> own =
          pods.computeIfAbsent(slice.key(), _ -> new TreeMap<>())
              .computeIfAbsent(slice.revision(), _ -> new TreeMap<>());
      slice.endpoints().stream()
          .filter(e -> asks || e.serving())
          .forEach(e -> own.merge(e.pod(), e, ClusterRoutes::both));
    }
    drain(pods, named, controlled);
    return new RoutingTable(
        pushed.version(),
        routes.values().stream()
            .map(r -> with(r, revisions(pods.getOrDefault(r.key(), Map.of()), named)))
            .toList());
  }

  /** A pod that moves between slices may be in two for a moment. */
  private static Endpoint both(Endpoint a, Endpoint b) {
    return new Endpoint(
        a.pod(), a.address(), a.serving() && b.serving(), a.terminating() || b.terminating());
  }

  private void drain(
      Map<RoutingTable.Key, Map<Integer, Map<String, Endpoint>>> pods,
      Map<InetSocketAddress, Target> named,
      boolean controlled) {
    Set<String> there = new HashSet<>();
    for (Map<Integer, Map<String, Endpoint>> revisions : pods.values()) {
      for (Map<String, Endpoint> own : revisions.values()) {
        there.addAll(own.keySet());
        for (Endpoint endpoint : own.values()) {
          Target target = named.get(endpoint.address());
          if (target != null && target.draining()) {
            drained.add(endpoint.pod());
          } else if (target != null) {
            drained.remove(endpoint.pod());
          }
        }
      }
    }
    drained.retainAll(controlled ? there : Set.of());
  }

  private List<Revision> revisions(
      Map<Integer, Map<String, Endpoint>> pods, Map<InetSocketAddress, Target> named) {
    List<Revision> revisions = new ArrayList<>();
    pods.forEach((number, own) -> {
      List<Target> targets = new ArrayList<>();
      for (Endpoint endpoint : own.values()) {
        Target target = named.get(endpoint.address());
        targets.add(
            new Target(
                endpoint.pod(),
                target == null ? endpoint.pod() : target.id(),
                endpoint.address(),
                endpoint.terminating() || drained.contains(endpoint.pod())));
      }
      int weight = (int) targets.stream().filter(t -> !t.draining()).count();
      revisions.add(new Revision(number, weight, targets));
    });
    return revisions;
  }

  /** A route that nothing was pushed about. */
  private static Route untold(Slice newest) {
    return new Route(
        newest.key(),
        true,
        newest.v2() ? V2_READY : "",
        QUEUE_LIMIT,
        QUEUE_TIMEOUT,
        Duration.ZERO,
        newest.v2(),
        List.of());
  }

  private static Route with(Route route, List<Revision> revisions) {
    return new Route(
        route.key(),
        route.shortForm(),
        route.readyPath(),
        route.queueLimit(),
        route.queueTimeout(),
        route.slowAfter(),
        route.replayable(),
        revisions);
  }
}
