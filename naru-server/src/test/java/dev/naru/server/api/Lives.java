package dev.naru.server.api;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import dev.naru.core.run.RunGroups;
import dev.naru.core.serve.ServiceGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Revision;
import dev.naru.core.state.Run;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.state.Stored.Desired;
import dev.naru.server.json.Json;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.reading.Decoding;
import dev.naru.spec.reading.ProjectReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Resources in all states, for tests. */
final class Lives {
  static final Instant T0 = Instant.parse("2026-11-01T10:00:00Z");
  static final Key TRAINING = new Key("finance", Kind.TRAINING, "fraud");
  static final Key INFERENCE = new Key("finance", Kind.INFERENCE, "fraud");

  private Lives() {}

  static Instant at(int second) {
    return T0.plusSeconds(second);
  }

  static Resource resource(String json) {
    return switch (ProjectReader.fromJson(Json.read(json, "the test"))) {
      case Decoding.Decoded(Resource resource) -> resource;
      case Decoding.Undecodable(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  static Training training() {
    return (Training)
        resource(
            """
            {"apiVersion":"naru.dev/v1alpha1","kind":"Training","metadata":{"name":"fraud"},
             "spec":{"image":"finance","command":["train","fraud"],"workers":2,
             "model":{"promoteWhen":"metrics.auc >= 0.90"}}}\
            """);
  }

  static Inference inference(int min, int max) {
    return (Inference)
        resource(
            """
            {"apiVersion":"naru.dev/v1alpha1","kind":"Inference","metadata":{"name":"fraud"},
             "spec":{"model":{"from":"fraud"},"replicas":{"min":%d,"max":%d}}}\
            """
                .formatted(min, max));
  }

  static Run run(int number, Run.Phase phase, List<Attempt> attempts) {
    boolean over = phase != Run.Phase.ACTIVE && phase != Run.Phase.SEALING;
    return new Run(
        number,
        "sha256:key" + number,
        Run.Cause.FILE,
        training(),
        "sha256:image",
        new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()),
        new TreeMap<>(),
        phase,
        attempts,
        0,
        new TreeMap<>(),
        Optional.empty(),
        Optional.empty(),
        phase == Run.Phase.SUCCEEDED ? Optional.of(number) : Optional.empty(),
        phase == Run.Phase.FAILED ? "rank 1 ended with 65; such an exit is not tried again" : "",
        at(number * 100),
        over ? Optional.of(at(number * 100 + 50)) : Optional.empty());
  }

  static Attempt running(int number, int fromStep) {
    return Attempt.planned(number, 0, at(0))
        .resuming(fromStep, Optional.empty())
        .starting(at(number * 10))
        .with(Attempt.Phase.RUNNING);
  }

  static Attempt killed(int number, int fromStep) {
    return running(number, fromStep)
        .ended(at(number * 10 + 5), Outcome.FAILED, "rank 1 was killed by signal 9")
        .with(Attempt.Phase.ENDED);
  }

  static ModelVersion model(int version, boolean promoted) {
    return new ModelVersion(
        version,
        version,
        "sha256:model" + version,
        new TreeMap<>(Map.of("auc", promoted ? 0.93 : 0.81)),
        true,
        promoted,
        "metrics.auc is " + (promoted ? 0.93 : 0.81),
        at(90));
  }

  static State.OfRuns runs(List<ModelVersion> models, Run... runs) {
    return new State.OfRuns(
        List.of(runs),
        runs.length == 0 ? 0 : runs[runs.length - 1].number(),
        models,
        Optional.empty());
  }

  static Live training(Desired desired, State.OfRuns state, String reason, Observation observed) {
    Stored stored = new Stored(TRAINING, 5, 2, training(), desired, state, Instant.EPOCH);
    Map<GroupId, Observation> groups =
        state
            .last()
            .flatMap(r -> r.last(0).map(a -> RunGroups.gangId(TRAINING, r.number(), a.number())))
            .map(id -> Map.of(id, observed))
            .orElse(Map.of());
    return new Live(
        stored,
        2,
        groups,
        Optional.empty(),
        reason,
        reason.isEmpty() ? "" : "it is so",
        Optional.empty(),
        Optional.empty());
  }

  static Replica replica(int index, int start, Replica.Phase phase) {
    return new Replica(
        new Member(index, start),
        phase,
        phase == Replica.Phase.ENDED
            ? Optional.of(new Exit(Exit.Cause.EXITED, 137, false, at(1)))
            : Optional.empty(),
        Integer.toString(4000 + index),
        "local",
        Optional.of("127.0.0.1:" + (9000 + index)),
        Optional.empty(),
        at(0),
        "");
  }

  static Observation.Seen seen(Replica... replicas) {
    return new Observation.Seen(List.of(replicas));
  }

  static Revision revision(int number, ServiceMember... members) {
    return new Revision(
        number,
        "sha256:rev" + number,
        inference(1, 4),
        Optional.of(number),
        Optional.of(number),
        Optional.of("sha256:model" + number),
        Optional.empty(),
        Optional.empty(),
        List.of(members),
        at(number));
  }

  static ServiceMember member(int index, int failures) {
    return ServiceMember.wanted(index, failures, at(0), at(0), failures);
  }

  /** An Inference whose replicas named {@code revision.index} are ready. */
  static Live inference(
      Desired desired,
      int wanted,
      boolean proven,
      String reason,
      List<Revision> revisions,
      String... ready) {
    int last = revisions.isEmpty() ? 0 : revisions.getLast().number();
    State.OfService state = new State.OfService(revisions, last, wanted, at(0), proven);
    Stored stored = new Stored(INFERENCE, 7, 3, inference(1, 4), desired, state, Instant.EPOCH);
    List<ReplicaStats> stats =
        revisions.stream()
            .flatMap(r ->
                r.members().stream()
                    .map(m ->
                        new ReplicaStats(
                            ServiceGroups.replicaId(INFERENCE, r.number(), m.member()),
                            List.of(ready).contains(r.number() + "." + m.index()),
                            0,
                            0,
                            0)))
            .toList();
    RouteStats route =
        new RouteStats(
            "finance",
            "fraud",
            10,
            9,
            0,
            1,
            0,
            0,
            Duration.ofMillis(9),
            0,
            Optional.of(at(3)),
            stats);
    return new Live(
        stored,
        3,
        Map.of(),
        Optional.of(route),
        reason,
        reason.isEmpty() ? "" : "it is so",
        Optional.empty(),
        Optional.empty());
  }
}
