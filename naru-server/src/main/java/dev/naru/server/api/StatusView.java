package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Isolation;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.state.Stored.Desired;
import dev.naru.server.api.Condition.Truth;
import dev.naru.server.api.Standing.Phase;
import dev.naru.server.json.Json;
import dev.naru.spec.reading.ProjectReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A resource as {@code naru get -o json} shows it: what is wanted, and the status of design §8. */
final class StatusView {
  private StatusView() {}

  /** Where it stands. Pure. */
  static Standing standing(Live live, UnaryOperator<String> gateway) {
    Standing standing =
        switch (live.stored().state()) {
          case State.OfThing thing -> thing(live, thing);
          case State.OfRuns _ -> RunStatus.of(live);
          case State.OfService _ -> ServiceStatus.of(live, gateway);
        };
    return live.isolation().map(i -> isolated(standing, i)).orElse(standing);
  }

  private static Standing isolated(Standing standing, Isolation isolation) {
    List<Condition> conditions = new ArrayList<>(standing.conditions());
    conditions.add(
        switch (isolation.state()) {
          case ENFORCED ->
              new Condition("Isolated", Truth.True, "Enforced", isolation.message(), Instant.EPOCH);
          case NOT_ENFORCED ->
              new Condition(
                  "Isolated", Truth.False, "NotEnforced", isolation.message(), Instant.EPOCH);
          case UNKNOWN ->
              new Condition(
                  "Isolated", Truth.Unknown, "NotTried", isolation.message(), Instant.EPOCH);
        });
    return new Standing(standing.phase(), conditions, standing.details());
  }

  private static Standing thing(Live live, State.OfThing state) {
    boolean wanted = live.stored().desired() == Desired.UP;
    ObjectNode details = Json.object();
    state.imageDigest().ifPresent(d -> details.put("digest", d));
    return new Standing(
        wanted ? Phase.Ready : Phase.Pending,
        List.of(
            new Condition(
                "Ready", Truth.of(wanted), wanted ? "Ready" : "Stopped", "", Instant.EPOCH)),
        details);
  }

  /**
   * The whole object. Pure.
   *
   * @param before its conditions as they were shown last, by type: times go on where the status is
   *     still the same
   * @param now when a condition that changed since changed
   */
  static ObjectNode object(
      Live live, Standing standing, Map<String, Condition> before, Instant now) {
    Stored stored = live.stored();
    ObjectNode json = wish(stored);
    ObjectNode status = json.putObject("status");
    status.put("phase", standing.phase().name());
    // Nobody decides about what is no workload: it is as it is stored.
    status.put(
        "observedGeneration",
        stored.state() instanceof State.OfThing ? stored.generation() : live.decidedGeneration());
    ArrayNode conditions = status.putArray("conditions");
    continued(standing.conditions(), before, now).forEach(c -> describe(conditions.addObject(), c));
    status.setAll(standing.details());
    return json;
  }

  private static ObjectNode wish(Stored stored) {
    ObjectNode json = ProjectReader.toJson(stored.resource());
    ObjectNode metadata = (ObjectNode) json.get("metadata");
    metadata.put("namespace", stored.key().project());
    metadata.put("generation", stored.generation());
    metadata.put("creationTimestamp", Times.text(stored.createdAt()));
    metadata.put("resourceVersion", Long.toString(stored.version()));
    return json;
  }

  /** The whole object with a status that somebody else has made. */
  static ObjectNode shown(Live live, ObjectNode status) {
    ObjectNode json = wish(live.stored());
    json.set("status", status);
    return json;
  }

  /** The conditions with the time since when each has its status. */
  static List<Condition> continued(
      List<Condition> conditions, Map<String, Condition> before, Instant now) {
    List<Condition> result = new ArrayList<>();
    for (Condition condition : conditions) {
      Condition old = before.get(condition.type());
      if (old == null) {
        result.add(condition.since().equals(Instant.EPOCH) ? condition.since(now) : condition);
      } else {
        result.add(condition.since(old.status() == condition.status() ? old.since() : now));
      }
    }
    return result;
  }

  private static void describe(ObjectNode json, Condition condition) {
    json.put("type", condition.type())
        .put("status", condition.status().name())
        .put("reason", condition.reason())
        .put("message", condition.message())
        .put("lastTransitionTime", Times.text(condition.since()));
  }
}
