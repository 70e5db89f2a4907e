package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.serve.ServiceGroups;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored.Desired;
import dev.naru.server.api.Condition.Truth;
import dev.naru.server.api.Standing.Phase;
import dev.naru.server.json.Json;
import dev.naru.spec.Inference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Where an Inference stands. Pure. */
final class ServiceStatus {
  /** Ends in a row without ever being ready after which somebody must act; tries go on. */
  private static final int HOPELESS = 5;

  private final Live live;
  private final Key key;
  private final State.OfService state;
  private final int ready;

  private ServiceStatus(Live live) {
    this.live = live;
    this.key = live.stored().key();
    this.state = (State.OfService) live.stored().state();
    this.ready = (int) state.revisions().stream().mapToLong(this::ready).sum();
  }

  /** Where it stands; its address begins with the gateway's. */
  static Standing of(Live live, UnaryOperator<String> gateway) {
    return new ServiceStatus(live).standing(gateway);
  }

  private Standing standing(UnaryOperator<String> gateway) {
    Verdict verdict = verdict();
    boolean engineUnknown = "EngineUnknown".equals(live.reason());
    Condition readiness =
        new Condition(
            "Ready",
            engineUnknown ? Truth.Unknown : Truth.of(verdict.phase == Phase.Ready),
            engineUnknown ? live.reason() : verdict.reason,
            engineUnknown ? live.message() : verdict.message,
            since());
    boolean rolling = older().anyMatch(r -> !r.members().isEmpty());
    Condition progress =
        new Condition(
            "Progressing",
            Truth.of(rolling),
            rolling ? "RollingOut" : "UpToDate",
            rolling ? live.message() : "",
            since());
    ObjectNode details = Json.object();
    details.set("replicas", replicas());
    details.put("wanted", state.wanted()).put("ready", ready);
    details.put("url", url(gateway));
    state.newest().ifPresent(r -> describe(details, r));
    live.route().ifPresent(r -> traffic(details, r));
    return new Standing(verdict.phase, List.of(readiness, progress), details);
  }

  private record Verdict(Phase phase, String reason, String message) {}

  private Verdict verdict() {
    if (live.stored().desired() != Desired.UP) {
      boolean gone = live.stored().desired() == Desired.REMOVED;
      return new Verdict(Phase.Pending, gone ? "Removing" : "Stopped", "it is not wanted");
    }
    if (state.newest().isEmpty()) {
      return live.reason().isEmpty()
          ? new Verdict(Phase.Pending, "Pending", "")
          : new Verdict(Phase.Progressing, live.reason(), live.message());
    }
    if (state.proven() && state.wanted() == 0) {
      return new Verdict(
          Phase.Ready,
          "ScaledToZero",
          "no replica while nobody asks; the first request starts one");
    }
    Revision newest = state.newest().orElseThrow();
    if (ready(newest) >= state.wanted() && older().allMatch(r -> r.members().isEmpty())) {
      return new Verdict(
          Phase.Ready, "Ready", "%d of %d replicas are ready".formatted(ready, state.wanted()));
    }
    return unready(newest);
  }

  private Verdict unready(Revision newest) {
    String figures = "%d of %d replicas are ready".formatted(ready, state.wanted());
    if (hopeless(newest)) {
      String why =
          "replicas of revision %d ended %d times in a row without becoming ready; see naru logs %s"
              .formatted(newest.number(), failures(newest), key.ref());
      return new Verdict(ready > 0 ? Phase.Degraded : Phase.Failed, "CrashLooping", why);
    }
    if (live.reason().equals("NoRoom")) {
      return new Verdict(ready > 0 ? Phase.Degraded : Phase.Pending, "NoRoom", live.message());
    }
    if (!live.reason().isEmpty()) {
      return new Verdict(Phase.Progressing, live.reason(), live.message());
    }
    if (!state.proven()) {
      return new Verdict(Phase.Progressing, "Starting", figures);
    }
    if (ready == 0) {
      return new Verdict(Phase.Degraded, "NoReplicaReady", figures);
    }
    return failures(newest) > 0
        ? new Verdict(Phase.Degraded, "ReplicasNotReady", figures)
        : new Verdict(Phase.Progressing, "ScalingUp", figures);
  }

  private boolean hopeless(Revision revision) {
    return ready(revision) == 0 && failures(revision) >= HOPELESS;
  }

  private static int failures(Revision revision) {
    return revision.members().stream().mapToInt(ServiceMember::failures).max().orElse(0);
  }

  private Stream<Revision> older() {
    return state.revisions().stream().limit(Math.max(0, state.revisions().size() - 1));
  }

  private Instant since() {
    return state
        .newest()
        .map(r ->
            r.members().stream()
                .flatMap(m -> m.readyAt().stream())
                .max(Instant::compareTo)
                .orElse(r.createdAt()))
        .orElse(state.wantedSince());
  }

  private long ready(Revision revision) {
    return revision.members().stream()
        .filter(m -> m.phase() == ServiceMember.Phase.WANTED && ready(revision, m))
        .count();
  }

  private boolean ready(Revision revision, ServiceMember member) {
    String id = ServiceGroups.replicaId(key, revision.number(), member.member());
    return live.route().flatMap(r -> r.replica(id)).filter(ReplicaStats::ready).isPresent();
  }

  private String url(UnaryOperator<String> gateway) {
    String base = "%s/%s/%s".formatted(gateway.apply(key.project()), key.project(), key.name());
    Inference inference = (Inference) live.stored().resource();
    return inference.spec().model().isPresent() ? base + "/v2/models/" + key.name() : base + "/";
  }

  private ArrayNode replicas() {
    ArrayNode list = Json.object().arrayNode();
    for (Revision revision : state.revisions()) {
      for (ServiceMember member : revision.members()) {
        if (list.size() < Replicas.LISTED) {
          describe(list.addObject(), revision, member);
        }
      }
    }
    return list;
  }

  private void describe(ObjectNode json, Revision revision, ServiceMember member) {
    Optional<Replica> seen =
        live.observed().get(ServiceGroups.id(key, revision.number())) instanceof Observation.Seen s
            ? s.replica(member.member())
            : Optional.empty();
    if (seen.isPresent()) {
      Replicas.describe(json, seen.get(), ready(revision, member));
    } else {
      json.put("index", member.index()).put("phase", "Pending").put("ready", false);
      json.put("node", "").put("handle", "");
    }
    json.put("restarts", member.start()).put("revision", revision.number());
    if (member.phase() == ServiceMember.Phase.DRAINING) {
      json.put("draining", true);
    }
  }

  private void describe(ObjectNode json, Revision newest) {
    json.put("revision", newest.number());
    newest
        .model()
        .ifPresent(version -> {
          ObjectNode model = json.putObject("model");
          newest.inference().spec().model().ifPresent(m -> model.put("name", m.from()));
          model.put("version", version);
          newest.modelDigest().ifPresent(d -> model.put("digest", d));
        });
  }

  private static void traffic(ObjectNode json, dev.naru.core.route.GatewayStats.RouteStats route) {
    ObjectNode requests = json.putObject("requests");
    requests
        .put("arrivals", route.arrivals())
        .put("completed", route.completed())
        .put("failed", route.failed())
        .put("rejected", route.rejected())
        .put("held", route.held())
        .put("inFlight", route.inFlight());
    route.lastRequestAt().ifPresent(at -> requests.put("lastRequestAt", Times.text(at)));
  }
}
