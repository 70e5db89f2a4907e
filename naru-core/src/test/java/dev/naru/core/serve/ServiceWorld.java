package dev.naru.core.serve;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Capacity;
import dev.naru.core.decide.Decision;
import dev.naru.core.decide.FakeEngine;
import dev.naru.core.decide.Specs;
import dev.naru.core.engine.GroupId;
import dev.naru.core.plan.Reservations;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import dev.naru.core.route.RouteTable;
import dev.naru.core.state.Event;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** An Inference with an engine and a gateway that finds ready what runs, but for what is broken. */
final class ServiceWorld {
  final FakeEngine engine = new FakeEngine();
  final List<Event> events = new ArrayList<>();
  final Set<Integer> brokenRevisions = new HashSet<>();
  Stored object;
  ModelChoice model = serve(1);
  Capacity nodes = Specs.room("100", "100Gi");
  String reason = "";
  boolean gatewayAway;

  /** Requests at once, spread over what is ready, or held. */
  int load;

  private List<RouteTable.Route> routes = List.of();
  private List<Sample> samples = new ArrayList<>();
  private Optional<Instant> lastRequest = Optional.empty();
  private long completed;
  private Duration spent = Duration.ZERO;

  ServiceWorld(Inference inference) {
    object = Specs.stored(inference, State.OfService.none());
  }

  static ModelChoice serve(int version) {
    return new ModelChoice.Serve(
        "fraud",
        new ModelVersion(
            version, version, "sha256:" + version, new TreeMap<>(), true, true, "", Instant.EPOCH));
  }

  State.OfService state() {
    return (State.OfService) object.state();
  }

  GroupId group(int revision) {
    return ServiceGroups.id(object.key(), revision);
  }

  Decision<State.OfService> decide() {
    return ServiceSupervisor.decide(
        new ServiceInput(
            object,
            model,
            Optional.of("sha256:app"),
            Optional.of(Specs.JAVA),
            engine.observed(),
            gatewayAway ? List.of() : samples,
            Reservations.free(
                nodes.nodes(), Reservations.of(List.of(object), engine.observed(), nodes.nodes())),
            engine.now));
  }

  /** Decides until nothing more is to be done now, or until the step that is refused. */
  void turn(IntPredicate survives) {
    int step = 0;
    for (int i = 0; i < 50; i++) {
      Decision<State.OfService> decision = decide();
      if (!survives.test(step++)) {
        return;
      }
      boolean same = decision.state().equals(object.state());
      object = object.with(decision.state());
      events.addAll(decision.events());
      reason = decision.reason();
      for (Action action : decision.actions()) {
        if (!survives.test(step++)) {
          return;
        }
        switch (action) {
          case Action.Apply apply -> engine.apply(apply.group());
          case Action.Remove remove -> engine.remove(remove.group(), remove.grace());
          case Action.Ask ask -> throw new AssertionError("nothing is to be asked: " + ask);
        }
      }
      if (same) {
        routes = Routes.of(List.of(object), engine.observed(), Set.of(), routes);
        return;
      }
    }
    throw new AssertionError("decisions do not come to rest: " + object.state());
  }

  /** Decides every 100 ms for that long. */
  void pass(Duration time) {
    for (long at = 0; at < time.toMillis(); at += 100) {
      tick();
    }
  }

  void tick() {
    turn(_ -> true);
    engine.later(Duration.ofMillis(100));
    sample();
  }

  void sample() {
    List<String> ready = ready();
    int inFlight = ready.isEmpty() ? 0 : load;
    if (load > 0) {
      lastRequest = Optional.of(engine.now);
    }
    if (inFlight > 0) {
      // Requests of 10 ms each.
      completed += inFlight * 10L;
      spent = spent.plus(Duration.ofMillis(100L * inFlight));
    }
    List<ReplicaStats> replicas = new ArrayList<>();
    for (RouteTable.Target target : targets()) {
      replicas.add(new ReplicaStats(target.id(), ready.contains(target.id()), 0, 0, 0));
    }
    samples = new ArrayList<>(samples);
    samples.add(
        new Sample(
            engine.now,
            new RouteStats(
                "p",
                object.key().name(),
                completed,
                completed,
                0,
                0,
                load - inFlight,
                inFlight,
                spent,
                0,
                lastRequest,
                replicas)));
    samples.removeIf(s -> s.at().isBefore(engine.now.minusSeconds(40)));
  }

  private List<RouteTable.Target> targets() {
    return routes.stream()
        .flatMap(r -> r.revisions().stream())
        .flatMap(r -> r.replicas().stream())
        .toList();
  }

  /** The replicas that the gateway sends requests to. */
  List<String> ready() {
    return routes.stream()
        .flatMap(r -> r.revisions().stream())
        .filter(r -> !brokenRevisions.contains(r.revision()))
        .flatMap(r ->
            r.replicas().stream()
                .filter(t -> !t.draining())
                .map(RouteTable.Target::id)
                .filter(id ->
                    engine.running(group(r.revision())).stream()
                        .anyMatch(m -> id.endsWith("/" + m))))
        .toList();
  }

  List<String> words() {
    List<String> words = events.stream().map(Event::reason).toList();
    events.clear();
    return words;
  }
}
