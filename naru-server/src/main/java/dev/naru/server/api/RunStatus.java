package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored.Desired;
import dev.naru.server.api.Condition.Truth;
import dev.naru.server.api.Standing.Phase;
import dev.naru.server.json.Json;
import dev.naru.spec.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a Preparation or Training stands. Pure. */
final class RunStatus {
  private static final int ATTEMPTS_LISTED = 20;

  /** Reasons for which a run that is due has not begun. */
  private static final Set<String> WAITING =
      Set.of("WaitingForInputs", "WaitingForReferences", "VolumeInUse");

  private final Live live;
  private final Key key;
  private final State.OfRuns state;
  private final Optional<Run> run;

  private RunStatus(Live live) {
    this.live = live;
    this.key = live.stored().key();
    this.state = (State.OfRuns) live.stored().state();
    this.run = state.last();
  }

  static Standing of(Live live) {
    return new RunStatus(live).standing();
  }

  private Standing standing() {
    Phase phase = phase();
    List<Condition> conditions = new ArrayList<>();
    Truth ready =
        "EngineUnknown".equals(live.reason()) ? Truth.Unknown : Truth.of(phase == Phase.Succeeded);
    conditions.add(new Condition("Ready", ready, reason(phase), message(), since()));
    if (key.kind() == Kind.TRAINING) {
      conditions.add(promoted());
    }
    ObjectNode details = Json.object();
    details.set("replicas", replicas());
    run.ifPresent(r -> describe(details, r));
    model().ifPresent(m -> describe(details.putObject("model"), m));
    return new Standing(phase, conditions, details);
  }

  private Phase phase() {
    if (run.isEmpty() || run.get().over()) {
      if (live.reason().equals("InputFailed")) {
        return Phase.Failed;
      }
      if (run.isEmpty() || state.ask().isPresent() || waits()) {
        return Phase.Pending;
      }
    }
    return switch (run.get().phase()) {
      case ACTIVE -> begun(run.get()) ? Phase.Running : Phase.Pending;
      case SEALING -> Phase.Running;
      case SUCCEEDED -> Phase.Succeeded;
      case FAILED -> Phase.Failed;
      case STOPPED -> Phase.Pending;
    };
  }

  /** Whether a run is due that has not begun. */
  private boolean waits() {
    return live.stored().desired() == Desired.UP && WAITING.contains(live.reason());
  }

  /** Between two attempts a run goes on; before the first one, or refused, it waits. */
  private boolean begun(Run run) {
    boolean refused = live.reason().equals("ImageRefused") && live.observed().isEmpty();
    return !refused && run.attempts().stream().anyMatch(a -> a.startedAt().isPresent());
  }

  private String reason(Phase phase) {
    if (live.stored().desired() == Desired.REMOVED) {
      return "Removing";
    }
    if (!live.reason().isEmpty()) {
      return live.reason();
    }
    if (phase == Phase.Failed) {
      return "RunFailed";
    }
    if (phase != Phase.Pending) {
      return phase.name();
    }
    if (live.stored().desired() == Desired.DOWN
        || run.filter(r -> r.phase() == Run.Phase.STOPPED).isPresent()) {
      return "Stopped";
    }
    return "Pending";
  }

  private String message() {
    return live.message().isEmpty() ? run.map(Run::message).orElse("") : live.message();
  }

  private Instant since() {
    return run.map(r -> r.endedAt().orElse(r.startedAt())).orElse(Instant.EPOCH);
  }

  private Condition promoted() {
    Optional<ModelVersion> newest =
        state.models().stream().filter(ModelVersion::promotable).reduce((_, b) -> b);
    return newest
        .map(m ->
            new Condition(
                "Promoted",
                Truth.of(m.promoted()),
                m.promoted() ? "ModelPromoted" : "ModelNotPromoted",
                m.reason(),
                m.at()))
        .orElseGet(() ->
            new Condition(
                "Promoted", Truth.False, "NoModel", "no run has made a model yet", since()));
  }

  /** The model of the run that is shown, else the newest. */
  private Optional<ModelVersion> model() {
    Optional<ModelVersion> own =
        run.flatMap(Run::model)
            .flatMap(v -> state.models().stream().filter(m -> m.version() == v).findFirst());
    return own.or(() -> state.models().stream().reduce((_, b) -> b));
  }

  private ArrayNode replicas() {
    ArrayNode list = Json.object().arrayNode();
    Optional<GroupId> group = run.filter(r -> !r.over()).flatMap(this::group);
    if (group.isEmpty() || !(live.observed().get(group.get()) instanceof Observation.Seen seen)) {
      return list;
    }
    // Of a shard that is tried again, the earlier starts are still observed.
    seen.replicas().stream()
        .filter(r -> newest(r, seen))
        .limit(Replicas.LISTED)
        .forEach(r ->
            Replicas.describe(list.addObject(), r, r.phase() == Replica.Phase.RUNNING)
                .put("restarts", restarts(r)));
    return list;
  }

  private static boolean newest(Replica replica, Observation.Seen seen) {
    return seen.replicas().stream()
        .noneMatch(r ->
            r.member().index() == replica.member().index()
                && r.member().start() > replica.member().start());
  }

  private Optional<GroupId> group(Run shown) {
    if (key.kind() == Kind.PREPARATION) {
      return Optional.of(RunGroups.shardsId(key, shown.number()));
    }
    return shown.last(0).map(a -> RunGroups.gangId(key, shown.number(), a.number()));
  }

  private int restarts(Replica replica) {
    return key.kind() == Kind.PREPARATION
        ? replica.member().start()
        : run.flatMap(r -> r.last(0)).map(a -> a.number() - 1).orElse(0);
  }

  private void describe(ObjectNode json, Run shown) {
    json.put("run", RunGroups.runName(key, shown.number()));
    json.put("runKey", shown.key());
    json.put("cause", Words.of(shown.cause()));
    json.put("startedAt", Times.text(shown.startedAt()));
    shown.endedAt().ifPresent(at -> json.put("endedAt", Times.text(at)));
    if (!shown.attempts().isEmpty()) {
      json.put("attempt", shown.attempts().stream().mapToInt(Attempt::number).max().orElse(1));
    }
    attempts(json, shown);
    shown.progress().ifPresent(p -> Replicas.describe(json.putObject("progress"), p));
    shown
        .sealed()
        .ifPresent(s ->
            json.putObject("output")
                .put("digest", s.digest())
                .put("files", s.files())
                .put("bytes", s.bytes()));
  }

  private void attempts(ObjectNode json, Run shown) {
    List<Attempt> all =
        shown.attempts().stream()
            .sorted(Comparator.comparingInt(Attempt::number).thenComparingInt(Attempt::index))
            .toList();
    List<Attempt> listed = all.subList(Math.max(0, all.size() - ATTEMPTS_LISTED), all.size());
    ArrayNode list = json.putArray("attempts");
    listed.forEach(a -> describe(list.addObject(), shown, a));
    int earlier = shown.earlierAttempts() + all.size() - listed.size();
    if (earlier > 0) {
      json.put("earlierAttempts", earlier);
    }
  }

  private void describe(ObjectNode json, Run shown, Attempt attempt) {
    json.put("number", attempt.number());
    if (key.kind() == Kind.PREPARATION) {
      json.put("shard", attempt.index());
    }
    attempt.startedAt().ifPresent(at -> json.put("startedAt", Times.text(at)));
    attempt.endedAt().ifPresent(at -> json.put("endedAt", Times.text(at)));
    attempt.outcome().ifPresent(o -> json.put("outcome", Words.of(o)));
    if (!attempt.reason().isEmpty()) {
      json.put("reason", attempt.reason());
    }
    attempt.resumedFromStep().ifPresent(step -> json.put("resumedFromStep", step));
    shown.attempts().stream()
        .filter(b -> b.index() == attempt.index() && b.number() == attempt.number() - 1)
        .findFirst()
        .flatMap(attempt::recovery)
        .ifPresent(d -> json.put("recoverySeconds", Times.seconds(d)));
  }

  private static void describe(ObjectNode json, ModelVersion model) {
    json.put("version", model.version()).put("digest", model.digest());
    Replicas.metrics(json, model.metrics());
    json.put("promoted", model.promoted()).put("reason", model.reason());
  }
}
