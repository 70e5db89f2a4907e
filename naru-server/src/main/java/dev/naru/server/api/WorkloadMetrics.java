package dev.naru.server.api;

import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Figures of workloads. */
final class WorkloadMetrics {
  private WorkloadMetrics() {}

  /** Of runs and replicas, from what is stored: the last 20 runs of each. */
  static void write(Exposition out, Collection<Live> lives) {
    out.name("naru_runs_started_total", "counter", "Runs ever started.");
    forRuns(lives, (key, state) -> sample(out, "naru_runs_started_total", state.lastRun(), key));
    out.name("naru_attempts", "gauge", "Attempts of the kept runs, by outcome.");
    forRuns(lives, (key, state) -> attempts(out, key, state));
    out.name("naru_recoveries", "gauge", "Attempts of the kept runs that went on after a fault.");
    forRuns(lives, (key, state) -> sample(out, "naru_recoveries", recoveries(state).size(), key));
    out.name("naru_recovery_worst_seconds", "gauge", "Longest recovery of the kept runs.");
    forRuns(
        lives,
        (key, state) ->
            recoveries(state).stream()
                .max(Duration::compareTo)
                .ifPresent(
                    d -> sample(out, "naru_recovery_worst_seconds", d.toMillis() / 1000.0, key)));
    out.name("naru_replicas_wanted", "gauge", "Replicas that an Inference wants.");
    for (Live live : lives) {
      if (live.stored().state() instanceof State.OfService service) {
        sample(out, "naru_replicas_wanted", service.wanted(), live.stored().key());
      }
    }
    out.name("naru_replicas_ready", "gauge", "Replicas of an Inference that are ready.");
    for (Live live : lives) {
      live.route()
          .ifPresent(route ->
              sample(
                  out,
                  "naru_replicas_ready",
                  (double) route.replicas().stream().filter(ReplicaStats::ready).count(),
                  live.stored().key()));
    }
  }

  /** Of the gateway. */
  static void write(Exposition out, GatewayStats stats) {
    out.name("naru_gateway_requests_total", "counter", "Requests to Inferences, by outcome.");
    for (RouteStats route : stats.routes()) {
      outcome(out, route, "completed", route.completed());
      outcome(out, route, "failed", route.failed());
      outcome(out, route, "rejected", route.rejected());
    }
    figure(out, stats, "arrivals_total", "counter", "Requests that came.", RouteStats::arrivals);
    figure(
        out,
        stats,
        "service_seconds_total",
        "counter",
        "Time of requests in replicas.",
        r -> r.serviceTime().toNanos() / 1e9);
    figure(out, stats, "held", "gauge", "Requests that wait for a replica.", RouteStats::held);
    figure(out, stats, "in_flight", "gauge", "Requests in replicas.", RouteStats::inFlight);
  }

  private static void figure(
      Exposition out,
      GatewayStats stats,
      String name,
      String type,
      String help,
      ToDoubleFunction<RouteStats> value) {
    String full = "naru_gateway_" + name;
    out.name(full, type, help);
    for (RouteStats r : stats.routes()) {
      out.sample(full, value.applyAsDouble(r), "project", r.project(), "inference", r.inference());
    }
  }

  private static void outcome(Exposition out, RouteStats route, String outcome, long count) {
    out.sample(
        "naru_gateway_requests_total",
        count,
        "project",
        route.project(),
        "inference",
        route.inference(),
        "outcome",
        outcome);
  }

  private static void attempts(Exposition out, Key key, State.OfRuns state) {
    Map<String, Integer> outcomes = new TreeMap<>();
    for (Run run : state.runs()) {
      for (Attempt attempt : run.attempts()) {
        attempt.outcome().ifPresent(o -> outcomes.merge(Words.of(o), 1, Integer::sum));
      }
    }
    outcomes.forEach(
        (outcome, count) -> sample(out, "naru_attempts", count, key, "outcome", outcome));
  }

  private static List<Duration> recoveries(State.OfRuns state) {
    return state.runs().stream()
        .flatMap(run ->
            run.attempts().stream()
                .flatMap(a ->
                    run.attempts().stream()
                        .filter(b -> b.index() == a.index() && b.number() == a.number() - 1)
                        .flatMap(b -> a.recovery(b).stream())))
        .toList();
  }

  /** A sample of a resource, with further labels. */
  static void sample(Exposition out, String name, double value, Key key, String... labels) {
    List<String> all =
        new ArrayList<>(
            List.of("project", key.project(), "kind", key.kind().lower(), "name", key.name()));
    all.addAll(List.of(labels));
    out.sample(name, value, all.toArray(String[]::new));
  }

  private interface OfRuns {
    void accept(Key key, State.OfRuns state);
  }

  private static void forRuns(Collection<Live> lives, OfRuns use) {
    for (Live live : lives) {
      if (live.stored().state() instanceof State.OfRuns runs) {
        use.accept(live.stored().key(), runs);
      }
    }
  }
}
