package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.engine.kubernetes.CrStore;
import dev.naru.engine.kubernetes.Gateways;
import dev.naru.engine.kubernetes.Hindrance;
import dev.naru.server.BuildInfo;
import dev.naru.server.api.Live;
import dev.naru.server.api.Statuses;
import dev.naru.server.json.Json;
import dev.naru.spec.Kind;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes where a resource stands into its status, and tells what keeps it as an Event, for people
 * who look by any tool.
 */
final class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

  /** Reasons of what is only on its way: no Event. */
  private static final Set<String> ON_ITS_WAY = Set.of(Hindrances.STARTING, "WaitingForVolume");

  /** Field of the status with who asked for which generation. */
  static final String REQUESTER = "requester";

  /** The reason of the loop for an image that no policy lets pass. */
  private static final String IMAGE_REFUSED = "ImageRefused";

  private final CrStore store;
  private final Clock clock;
  private final Statuses statuses;

  /** Reasons that were told of a resource since it was as wanted. */
  private final Map<Key, Set<String>> told = new HashMap<>();

  StatusWriter(CrStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    this.statuses = new Statuses(clock, project -> "http://" + Gateways.NAME + "." + project);
  }

  /**
   * What is known of a resource beside what was decided about it.
   *
   * @param problem what is wrong between it and others; empty for nothing
   * @param hindrance what keeps it
   * @param notice what is wrong with the cluster's definitions; empty for nothing
   * @param requester who asked for what it is now
   */
  record Beside(
      String problem,
      Optional<Hindrance> hindrance,
      String notice,
      Optional<Requesters.Requester> requester) {}

  /** Writes; false where that failed and is to be tried again. */
  boolean show(Live live, Beside beside) {
    Key key = live.stored().key();
    ObjectNode status = (ObjectNode) statuses.object(live).get("status");
    status.put("operator", BuildInfo.VERSION);
    beside
        .requester()
        .ifPresent(r ->
            status.putObject(REQUESTER).put("generation", r.generation()).put("user", r.user()));
    boolean lost = store.historyLost(key);
    if (lost) {
      lost(status, key);
    } else if (!holds(status)) {
      beside.hindrance().ifPresent(h -> hindered(status, key, h));
    }
    accepted(status, live, beside);
    if (key.kind() == Kind.INFERENCE) {
      status.put("selector", "naru.dev/kind=inference,naru.dev/name=" + key.name());
    }
    try {
      store.show(key, status);
    } catch (NaruException e) {
      LOG.warn("{}", e.getMessage());
      tell(key, "StatusNotWritten", String.valueOf(e.getMessage()));
      return false;
    }
    if (holds(status)) {
      told.remove(key);
    } else if (!lost) {
      beside
          .hindrance()
          .filter(h -> !ON_ITS_WAY.contains(h.reason()))
          .ifPresent(h -> tell(key, h.reason(), h.message()));
    }
    return true;
  }

  /** Once for each reason, until the resource has been as wanted again. */
  private void tell(Key key, String reason, String message) {
    if (told.computeIfAbsent(key, _ -> new HashSet<>()).add(reason)) {
      store.tell(new Event(key, clock.instant(), Event.Level.WARNING, reason, message));
    }
  }

  /** Forgets a resource that is gone. */
  void forget(Key key) {
    statuses.forget(key);
    told.remove(key);
  }

  private static boolean holds(ObjectNode status) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private void hindered(ObjectNode status, Key key, Hindrance why) {
    condition(status.withArray("conditions"), "Ready", false, why.reason(), why.message());
    String phase = status.path("phase").asText();
    if (key.kind() == Kind.INFERENCE) {
      boolean hopeless = why.reason().equals("CrashLooping") && status.path("ready").asInt() == 0;
      status.put("phase", hopeless ? "Failed" : phase);
    } else if (phase.equals("Running") ? !runs(status) : !phase.equals("Failed")) {
      status.put("phase", "Pending");
    }
  }

  private static boolean runs(ObjectNode status) {
    for (JsonNode replica : status.path("replicas")) {
      if (replica.path("phase").asText().equals("Running")) {
        return true;
      }
    }
    return status.has("progress");
  }

  private void accepted(ObjectNode status, Live live, Beside beside) {
    ArrayNode conditions = status.withArray("conditions");
    if (live.reason().equals(IMAGE_REFUSED)) {
      condition(conditions, "Accepted", false, IMAGE_REFUSED, live.message());
      tell(live.stored().key(), IMAGE_REFUSED, live.message());
      return;
    }
    if (beside.problem().isEmpty()) {
      boolean fine = beside.notice().isEmpty();
      condition(
          conditions, "Accepted", true, fine ? "Accepted" : "DefinitionsOutdated", beside.notice());
      return;
    }
    condition(conditions, "Accepted", false, "InvalidReferences", beside.problem());
    status.put("observedGeneration", live.stored().generation());
    if (!begun(live.stored().state())) {
      status.put("phase", "Pending");
      condition(conditions, "Ready", false, "InvalidReferences", beside.problem());
    }
  }

  /** What has begun goes on, whatever became of what it refers to. */
  static boolean begun(State state) {
    return switch (state) {
      case State.OfRuns runs -> !runs.runs().isEmpty();
      case State.OfService service -> !service.revisions().isEmpty();
      case State.OfThing _ -> true;
    };
  }

  private void lost(ObjectNode status, Key key) {
    status.put("phase", key.kind() == Kind.INFERENCE ? "Degraded" : "Failed");
    ArrayNode conditions = status.putArray("conditions");
    condition(
        conditions,
        "Ready",
        false,
        "HistoryLost",
        ("its status was lost, so nobody knows what it has run; nothing is run again by itself:"
                + " restore the status from a backup, or remove annotation naru.dev/ran of %s to"
                + " begin anew")
            .formatted(key.ref()));
  }

  /** Says of a resource that cannot be read why. */
  void refuse(CrStore.Undecodable bad) {
    ObjectNode status = Json.object();
    status.put("phase", "Failed").put("observedGeneration", bad.generation());
    String why =
        "%s; correct it, or where it is right have a newer operator than %s read it: naru install upgrades it"
            .formatted(bad.why(), BuildInfo.VERSION);
    condition(status.putArray("conditions"), "Accepted", false, "Undecodable", why);
    status.put("operator", BuildInfo.VERSION);
    store.show(bad.key(), status);
    tell(bad.key(), "Undecodable", why);
  }

  private void condition(
      ArrayNode conditions, String type, boolean holds, String reason, String message) {
    for (int i = conditions.size() - 1; i >= 0; i--) {
      if (conditions.get(i).path("type").asText().equals(type)) {
        conditions.remove(i);
      }
    }
    conditions
        .addObject()
        .put("type", type)
        .put("status", holds ? "True" : "False")
        .put("reason", reason)
        .put("message", message)
        .put("lastTransitionTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
