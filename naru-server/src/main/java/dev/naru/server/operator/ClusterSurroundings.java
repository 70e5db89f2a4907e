package dev.naru.server.operator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.engine.kubernetes.CrStore;
import dev.naru.engine.kubernetes.Gateways;
import dev.naru.engine.kubernetes.KubernetesEngine;
import dev.naru.server.api.Live;
import dev.naru.server.api.Statuses;
import dev.naru.server.json.Json;
import dev.naru.server.loop.Surroundings;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import dev.naru.spec.Volume;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the control plane of a cluster does around its decisions: gateways in each namespace that
 * serves, claims for Volumes, and where everything stands in the status of its resource.
 */
final class ClusterSurroundings implements Surroundings {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSurroundings.class);

  private final KubernetesEngine engine;
  private final CrStore store;
  private final Clock clock;
  private final Statuses statuses;
  private final Map<Key, Live> shown = new HashMap<>();
  private final Map<Key, String> volumeTrouble = new HashMap<>();
  private final Map<Key, CrStore.Undecodable> refused = new HashMap<>();
  private Map<Key, Resource> judged = Map.of();
  private Map<Key, String> problems = Map.of();
  private Map<Key, String> problemsShown = Map.of();

  ClusterSurroundings(KubernetesEngine engine, CrStore store, Clock clock) {
    this.engine = engine;
    this.store = store;
    this.clock = clock;
    this.statuses = new Statuses(clock, project -> "http://" + Gateways.NAME + "." + project);
  }

  @Override
  public void before(Map<GroupId, Observation> observed, Instant now) {
    judge();
    Set<String> serving = new HashSet<>();
    for (Stored object : store.all()) {
      if (object.desired() == Stored.Desired.UP) {
        if (object.key().kind() == Kind.INFERENCE) {
          serving.add(object.key().project());
        }
        if (object.resource() instanceof Volume volume) {
          ensure(object.key(), volume);
        }
      }
    }
    Gateways gateways = engine.gateways();
    serving.forEach(gateways::keep);
    Set<String> inUse =
        observed.keySet().stream()
            .filter(id -> id.kind() == Kind.INFERENCE)
            .map(GroupId::project)
            .collect(Collectors.toSet());
    gateways.namespaces().stream()
        .filter(n -> !serving.contains(n) && !inUse.contains(n))
        .forEach(gateways::remove);
  }

  /** Judges the resources together, where any of them has changed. */
  private void judge() {
    List<Stored> all = store.all();
    Map<Key, Resource> now =
        all.stream()
            .filter(o -> o.desired() == Stored.Desired.UP)
            .collect(Collectors.toMap(Stored::key, Stored::resource));
    if (!now.equals(judged)) {
      problems = Together.problems(all);
      judged = now;
    }
  }

  private void ensure(Key key, Volume volume) {
    try {
      engine.ensureVolume(key.project(), volume);
      volumeTrouble.remove(key);
    } catch (NaruException e) {
      if (e.code() == NaruException.Code.ENGINE_UNREACHABLE) {
        throw e;
      }
      volumeTrouble.put(key, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean decides(Stored object) {
    return !store.historyLost(object.key())
        && (!problems.containsKey(object.key()) || begun(object.state()));
  }

  /** What has begun goes on, whatever became of what it refers to. */
  private static boolean begun(State state) {
    return switch (state) {
      case State.OfRuns runs -> !runs.runs().isEmpty();
      case State.OfService service -> !service.revisions().isEmpty();
      case State.OfThing _ -> true;
    };
  }

  @Override
  public Set<Key> unreadable() {
    return store.undecodable().stream().map(CrStore.Undecodable::key).collect(Collectors.toSet());
  }

  /** Each namespace has gateways of its own, so nobody else can have taken a name. */
  @Override
  public Set<Key> shortForms(List<Stored> objects) {
    return objects.stream()
        .map(Stored::key)
        .filter(k -> k.kind() == Kind.INFERENCE)
        .collect(Collectors.toSet());
  }

  @Override
  public void after(Map<Key, Live> live, Set<GroupId> groups) {
    live.forEach((key, now) -> {
      Live before = shown.get(key);
      boolean judgedAnew =
          !problems.getOrDefault(key, "").equals(problemsShown.getOrDefault(key, ""));
      if (before == null || judgedAnew || !same(before, now)) {
        show(now);
        shown.put(key, now);
      }
    });
    shown
        .keySet()
        .removeIf(key -> {
          boolean gone = !live.containsKey(key);
          if (gone) {
            statuses.forget(key);
          }
          return gone;
        });
    problemsShown = problems;
    store.undecodable().forEach(this::refuse);
  }

  /** Writing a status makes another version of the object, which is no news. */
  private static boolean same(Live a, Live b) {
    return a.decidedGeneration() == b.decidedGeneration()
        && a.stored().state().equals(b.stored().state())
        && a.stored().desired() == b.stored().desired()
        && a.stored().generation() == b.stored().generation()
        && a.observed().equals(b.observed())
        && a.route().equals(b.route())
        && a.reason().equals(b.reason())
        && a.message().equals(b.message());
  }

  private void show(Live live) {
    Key key = live.stored().key();
    ObjectNode status = (ObjectNode) statuses.object(live).get("status");
    if (store.historyLost(key)) {
      lost(status, key);
    }
    if (volumeTrouble.containsKey(key)) {
      status.put("phase", "Failed");
      condition(
          status.withArray("conditions"),
          "Ready",
          false,
          "ClaimRefused",
          volumeTrouble.getOrDefault(key, ""));
    }
    ArrayNode conditions = status.withArray("conditions");
    String problem = problems.getOrDefault(key, "");
    condition(
        conditions,
        "Accepted",
        problem.isEmpty(),
        problem.isEmpty() ? "Accepted" : "InvalidReferences",
        problem);
    if (!problem.isEmpty()) {
      status.put("observedGeneration", live.stored().generation());
      if (!begun(live.stored().state())) {
        status.put("phase", "Pending");
        condition(conditions, "Ready", false, "InvalidReferences", problem);
      }
    }
    if (key.kind() == Kind.INFERENCE) {
      status.put("selector", "naru.dev/kind=inference,naru.dev/name=" + key.name());
    }
    try {
      store.show(key, status);
    } catch (NaruException e) {
      shown.remove(key);
      LOG.warn("{}", e.getMessage());
    }
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
        .put(
            "lastTransitionTime",
            clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString());
  }

  private void refuse(CrStore.Undecodable bad) {
    if (bad.equals(refused.put(bad.key(), bad))) {
      return;
    }
    ObjectNode status = Json.object();
    status.put("phase", "Failed").put("observedGeneration", bad.generation());
    condition(status.putArray("conditions"), "Accepted", false, "Undecodable", bad.why());
    store.show(bad.key(), status);
  }
}
