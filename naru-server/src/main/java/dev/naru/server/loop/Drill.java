package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import dev.naru.core.run.RunGroups;
import dev.naru.core.serve.ServiceGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.Store;
import dev.naru.server.api.DrillRequest;
import dev.naru.server.api.DrillRun;
import dev.naru.spec.Training;
import dev.naru.spec.VolumePath;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Injects faults through the engine and measures how long healing takes. Blocks its caller. */
final class Drill {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final long POLL_MILLIS = 20;

  private final Engine engine;
  private final Store store;
  private final Clock clock;
  private final Runnable wake;
  private final Supplier<Optional<GatewayStats>> gateway;
  private final Consumer<Key> startRun;

  Drill(
      Engine engine,
      Store store,
      Clock clock,
      Runnable wake,
      Supplier<Optional<GatewayStats>> gateway,
      Consumer<Key> startRun) {
    this.engine = engine;
    this.store = store;
    this.clock = clock;
    this.wake = wake;
    this.gateway = gateway;
    this.startRun = startRun;
  }

  List<DrillRun> training(
      Key key, DrillRequest request, Consumer<String> note, Consumer<DrillRun> healed) {
    Training training = checked(key, request);
    List<DrillRun> runs = new ArrayList<>();
    for (int i = 0; i < request.times(); i++) {
      startRun.accept(key);
      Run begun = await("a run", () -> active(key));
      String name = RunGroups.runName(key, begun.number());
      note.accept("%s runs; waiting for its first checkpoint".formatted(name));
      Attempt attempt = await("its first checkpoint", () -> checkpointed(key, training));
      DrillRun run = kill(key, training, begun.number(), attempt, request.index(), note);
      note.accept("waiting for the end of " + name);
      Run over = await("the end of " + name, () -> run(key, begun.number()).filter(Run::over));
      if (over.phase() != Run.Phase.SUCCEEDED) {
        throw new NaruException(
            Code.FAILED,
            "cannot finish the drill of %s: %s ended: %s"
                .formatted(key.ref(), name, over.message()));
      }
      runs.add(run);
      healed.accept(run);
    }
    return runs;
  }

  private Training checked(Key key, DrillRequest request) {
    if (!(object(key).resource() instanceof Training training)) {
      throw new NaruException(
          Code.INVALID,
          "cannot drill " + key.ref() + ": only a training or an inference can be drilled");
    }
    if (request.index() >= training.spec().workers()) {
      throw new NaruException(
          Code.INVALID,
          "cannot kill rank %d of %s: expected a rank from 0 to %d"
              .formatted(request.index(), key.ref(), training.spec().workers() - 1));
    }
    if (training.spec().checkpoints().isEmpty()) {
      throw new NaruException(
          Code.INVALID,
          "cannot drill "
              + key.ref()
              + ": it has no checkpoints to resume from; add spec.checkpoints");
    }
    return training;
  }

  private DrillRun kill(
      Key key, Training training, int run, Attempt attempt, int rank, Consumer<String> note) {
    GroupId group = RunGroups.gangId(key, run, attempt.number());
    Optional<Long> before = newestStep(group);
    Instant named = struck(group, rank);
    Optional<Long> stepAtFault = newestStep(group).or(() -> before);
    note.accept(
        "rank %d of %s was killed at step %d"
            .formatted(rank, RunGroups.runName(key, run), stepAtFault.orElse(0L)));
    wake.run();
    Attempt ended =
        await(
            "the fault to be seen",
            () -> attempt(key, run, attempt.number()).filter(a -> a.endedAt().isPresent()));
    Attempt next = await("progress beyond the fault", () -> wentOn(key, run, attempt.number()));
    // Clocks of nodes differ: what was seen to be over was struck before.
    Instant injectedAt = ended.endedAt().filter(named::isAfter).orElse(named);
    Duration recovery = Duration.between(injectedAt, next.firstProgressAt().orElseThrow());
    Duration promised = training.spec().recovery().within();
    note.accept(
        "attempt %d resumed from step %d and went on after %.2f s"
            .formatted(
                next.number(), next.resumedFromStep().orElse(0L), recovery.toMillis() / 1000.0));
    return new DrillRun(
        key.ref(),
        "kill rank=" + rank,
        injectedAt,
        ended.endedAt().map(at -> Duration.between(injectedAt, at)),
        Optional.of(recovery),
        Optional.of(promised),
        Optional.of(recovery.compareTo(promised) <= 0),
        stepAtFault,
        next.resumedFromStep(),
        Optional.empty());
  }

  /** Kills a member, and waits for the moment that the engine names. */
  private Instant struck(GroupId group, int index) {
    Instant at = engine.kill(group, index);
    await(
        "the fault to strike",
        () -> clock.instant().isBefore(at) ? Optional.empty() : Optional.of(true));
    return at;
  }

  /** The first later attempt that made progress: the next one may have died too. */
  private Optional<Attempt> wentOn(Key key, int number, int killed) {
    Optional<Run> run = run(key, number);
    Optional<Attempt> later =
        run.stream()
            .flatMap(r -> r.attempts().stream())
            .filter(a -> a.number() > killed && a.firstProgressAt().isPresent())
            .findFirst();
    if (later.isEmpty() && run.filter(Run::over).isPresent()) {
      throw new NaruException(
          Code.FAILED,
          "cannot finish the drill of %s: %s ended without progress after the fault: %s"
              .formatted(key.ref(), RunGroups.runName(key, number), run.get().message()));
    }
    return later;
  }

  private Optional<Long> newestStep(GroupId group) {
    if (engine.observe(group) instanceof Observation.Seen seen) {
      return seen.replicas().stream()
          .flatMap(r -> r.progress().stream())
          .map(Progress::step)
          .max(Long::compare);
    }
    return Optional.empty();
  }

  /** The active attempt of the active run, once it has written a checkpoint of its own. */
  private Optional<Attempt> checkpointed(Key key, Training training) {
    Optional<Run> run = active(key);
    if (run.isEmpty()) {
      throw new NaruException(
          Code.FAILED,
          "cannot drill "
              + key.ref()
              + ": its run was over before its first checkpoint; write checkpoints more often");
    }
    Optional<Attempt> attempt = run.get().last(0).filter(a -> a.phase() == Attempt.Phase.RUNNING);
    VolumePath at = training.spec().checkpoints().orElseThrow();
    return attempt.filter(a -> {
      Location.InVolume dir =
          new Location.InVolume(
              key.project(),
              at.volume(),
              at.path() + "/" + RunGroups.runName(key, run.get().number()));
      Fact fact = engine.ask(new Question.Checkpoint(dir, a.number()));
      return fact instanceof Fact.Checkpoint c && c.step().isPresent();
    });
  }

  List<DrillRun> inference(
      Key key, DrillRequest request, Consumer<String> note, Consumer<DrillRun> healed) {
    List<DrillRun> runs = new ArrayList<>();
    for (int i = 0; i < request.times(); i++) {
      Replica victim = await("a ready replica", () -> ready(key).stream().findFirst());
      GroupId group = newestGroup(key);
      long failedBefore = failed(key);
      Instant injectedAt = struck(group, victim.member().index());
      note.accept("replica %d of %s was killed".formatted(victim.member().index(), key.ref()));
      wake.run();
      await(
          "the fault to be seen",
          () ->
              ready(key).stream().anyMatch(r -> same(r, victim))
                  ? Optional.empty()
                  : Optional.of(true));
      Instant seen = clock.instant();
      await("all wanted replicas", () -> allReady(key) ? Optional.of(true) : Optional.empty());
      Duration recovery = Duration.between(injectedAt, clock.instant());
      note.accept(
          "all wanted replicas were ready again after %.2f s"
              .formatted(recovery.toMillis() / 1000.0));
      DrillRun run =
          new DrillRun(
              key.ref(),
              "kill replica",
              injectedAt,
              Optional.of(Duration.between(injectedAt, seen)),
              Optional.of(recovery),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(failed(key) - failedBefore));
      runs.add(run);
      healed.accept(run);
    }
    return runs;
  }

  /** A pod keeps its name where its program is started again. */
  private static boolean same(Replica a, Replica b) {
    return a.handle().equals(b.handle()) && a.startedAt().equals(b.startedAt());
  }

  private GroupId newestGroup(Key key) {
    State.OfService service = (State.OfService) object(key).state();
    return ServiceGroups.id(key, service.newest().orElseThrow().number());
  }

  /** Replicas of the newest revision that run and that the gateway finds ready. */
  private List<Replica> ready(Key key) {
    State.OfService service = (State.OfService) object(key).state();
    Optional<RouteStats> stats = gateway.get().flatMap(s -> s.route(key.project(), key.name()));
    if (service.newest().isEmpty() || stats.isEmpty()) {
      return List.of();
    }
    int revision = service.newest().get().number();
    if (!(engine.observe(ServiceGroups.id(key, revision)) instanceof Observation.Seen seen)) {
      return List.of();
    }
    return seen.replicas().stream()
        .filter(r -> r.phase() == Replica.Phase.RUNNING)
        .filter(r ->
            stats
                .get()
                .replica(ServiceGroups.replicaId(key, revision, r.member()))
                .filter(s -> s.ready())
                .isPresent())
        .toList();
  }

  private boolean allReady(Key key) {
    State.OfService service = (State.OfService) object(key).state();
    int wanted = Math.max(1, service.wanted());
    return ready(key).size() >= wanted && readyAtGateway(key) >= wanted;
  }

  /** On a cluster another control plane may have given pods other indices than this one. */
  private long readyAtGateway(Key key) {
    return gateway
        .get()
        .flatMap(s -> s.route(key.project(), key.name()))
        .map(r -> r.replicas().stream().filter(ReplicaStats::ready).count())
        .orElse(0L);
  }

  private long failed(Key key) {
    return gateway
        .get()
        .flatMap(s -> s.route(key.project(), key.name()))
        .map(r -> r.failed() + r.rejected())
        .orElse(0L);
  }

  private Stored object(Key key) {
    return store
        .get(key)
        .orElseThrow(() ->
            new NaruException(
                Code.NOT_FOUND, "cannot find " + key.ref() + "; naru get lists what there is"));
  }

  private Optional<Run> active(Key key) {
    return ((State.OfRuns) object(key).state()).last().filter(r -> !r.over());
  }

  private Optional<Run> run(Key key, int number) {
    return ((State.OfRuns) object(key).state())
        .runs().stream().filter(r -> r.number() == number).findFirst();
  }

  private Optional<Attempt> attempt(Key key, int run, int number) {
    return run(key, run)
        .flatMap(r -> r.attempts().stream().filter(a -> a.number() == number).findFirst());
  }

  /**
   * Looks until there is an answer; a drill that waits longer than half an hour for one thing gives
   * up.
   */
  private <T> T await(String what, Supplier<Optional<T>> look) {
    Instant until = clock.instant().plus(PATIENCE);
    while (clock.instant().isBefore(until)) {
      Optional<T> answer = look.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NaruException(
            Code.CONFLICT, "the drill was interrupted while it waited for " + what, e);
      }
    }
    throw new NaruException(
        Code.FAILED,
        "cannot finish the drill: waited " + PATIENCE.toMinutes() + " minutes for " + what);
  }
}
