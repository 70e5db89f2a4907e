package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.engine.kubernetes.CrStore;
import dev.naru.engine.kubernetes.Hindrance;
import dev.naru.engine.kubernetes.KubernetesEngine;
import dev.naru.server.api.Live;
import dev.naru.server.loop.SignedModels;
import dev.naru.server.loop.Surroundings;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the control plane of a cluster does around its decisions: gateways in each namespace that
 * serves, claims for Volumes, and where everything stands in the status of its resource.
 */
final class ClusterSurroundings implements Surroundings {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSurroundings.class);
  private static final String TROUBLE = "Trouble";

  /** A little less than the loop's idle time, so that its next look tries again. */
  private static final Duration RETRY = Duration.ofSeconds(4);

  private static final Duration DEFINITIONS_EVERY = Duration.ofSeconds(60);

  private final KubernetesEngine engine;
  private final CrStore store;
  private final Consumer<String> trusted;
  private final SignedModels models;
  private final Clock clock;
  private final StatusWriter writer;
  private final Requesters requesters;
  private final Map<Key, Live> shown = new HashMap<>();
  private final Map<Key, StatusWriter.Beside> shownBeside = new HashMap<>();
  private final Map<Key, Hindrance> volumes = new HashMap<>();
  private final Map<String, Hindrance> gateways = new HashMap<>();

  /** What the cluster refused is not tried again before. */
  private final Map<Object, Instant> notBefore = new HashMap<>();

  private final Map<Key, CrStore.Undecodable> refused = new HashMap<>();
  private Map<Key, Resource> judged = Map.of();
  private Map<Key, String> problems = Map.of();
  private String notice = "";
  private Instant noticed = Instant.EPOCH;

  /**
   * Knows nothing yet.
   *
   * @param trusted returns where an image may start, by reference, and throws where it may not
   * @param models signs them, with the key that model servers are started with
   */
  ClusterSurroundings(
      KubernetesEngine engine,
      CrStore store,
      Consumer<String> trusted,
      SignedModels models,
      Clock clock) {
    this.trusted = trusted;
    this.models = models;
    this.engine = engine;
    this.store = store;
    this.clock = clock;
    this.writer = new StatusWriter(store, clock);
    this.requesters = new Requesters(store::audit, store::audit, this::requester, clock);
  }

  @Override
  public void before(Map<GroupId, Observation> observed, Instant now) {
    judge();
    if (noticed.plus(DEFINITIONS_EVERY).isBefore(now)) {
      notice = store.outdated().orElse("");
      noticed = now;
    }
    Set<String> working =
        store.all().stream().map(o -> o.key().project()).collect(Collectors.toSet());
    observed.keySet().forEach(id -> working.add(id.project()));
    attempt("the policy for images", () -> engine.protect(working))
        .ifPresent(h -> LOG.warn("images are not held back: {}", h.message()));
    Set<String> serving = new HashSet<>();
    Set<Key> wanted = new HashSet<>();
    Set<Key> used = used();
    for (Stored object : store.all()) {
      if (object.desired() == Stored.Desired.UP && !engine.leaves(object.key().project())) {
        if (object.key().kind() == Kind.INFERENCE) {
          serving.add(object.key().project());
        }
        if (object.resource() instanceof Volume volume) {
          wanted.add(object.key());
          boolean inUse = used.contains(object.key());
          volume(object.key(), inUse, () -> engine.ensureVolume(object.key().project(), volume));
        }
        if (object.resource() instanceof Training training
            && training.spec().checkpoints().isEmpty()) {
          Key models = new Key(object.key().project(), Kind.VOLUME, KubernetesEngine.MODELS);
          wanted.add(models);
          volume(models, true, () -> engine.ensureModels(models.project()));
        }
      }
    }
    volumes.keySet().retainAll(wanted);
    gateways.keySet().retainAll(serving);
    serving.forEach(this::gateway);
    Set<String> stillServed =
        observed.keySet().stream()
            .filter(id -> id.kind() == Kind.INFERENCE)
            .map(GroupId::project)
            .collect(Collectors.toSet());
    engine.gateways().namespaces().stream()
        .filter(n -> !serving.contains(n) && !stillServed.contains(n))
        .forEach(n -> attempt("remove " + n, () -> engine.gateways().remove(n)));
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

  /** The Volumes that workloads refer to. */
  private Set<Key> used() {
    List<Stored> all = store.all();
    return all.stream()
        .filter(o -> o.resource() instanceof Workload)
        .flatMap(o -> Hindrances.volumes(o, all).stream())
        .collect(Collectors.toSet());
  }

  private void volume(Key key, boolean used, Runnable ensure) {
    if (!due(key)) {
      return;
    }
    attempt(
            key,
            () -> {
              ensure.run();
              return engine.volumeHindrance(key.project(), key.name(), used);
            })
        .map(why ->
            why.reason().equals(TROUBLE) ? new Hindrance("ClaimRefused", why.message()) : why)
        .ifPresentOrElse(h -> volumes.put(key, h), () -> volumes.remove(key));
  }

  private void gateway(String namespace) {
    boolean due = due(namespace);
    Optional<Hindrance> refusal = attempt(namespace, () -> engine.gateways().keep(namespace));
    if (refusal.isPresent() || due) {
      refusal
          .or(() -> engine.gateways().hindrance(namespace))
          .ifPresentOrElse(
              h ->
                  gateways.put(
                      namespace,
                      new Hindrance("GatewayNotReady", "the gateway cannot run: " + h.message())),
              () -> gateways.remove(namespace));
    }
  }

  private boolean due(Object what) {
    return !clock.instant().isBefore(notBefore.getOrDefault(what, Instant.MIN));
  }

  private Optional<Hindrance> attempt(Object what, Runnable work) {
    return attempt(
        what,
        () -> {
          work.run();
          return Optional.empty();
        });
  }

  /**
   * Does it unless it was refused a moment ago. One namespace's trouble is not the others'.
   *
   * @return what it came to, or why it was refused
   */
  private Optional<Hindrance> attempt(Object what, Supplier<Optional<Hindrance>> work) {
    if (!due(what)) {
      return Optional.empty();
    }
    try {
      Optional<Hindrance> found = work.get();
      notBefore.remove(what);
      return found;
    } catch (NaruException e) {
      if (e.code() == NaruException.Code.ENGINE_UNREACHABLE) {
        throw e;
      }
      notBefore.put(what, clock.instant().plus(RETRY));
      String said = String.valueOf(e.getMessage());
      return Optional.of(Hindrance.of(said).orElse(new Hindrance(TROUBLE, said)));
    }
  }

  @Override
  public boolean decides(Stored object) {
    return !store.historyLost(object.key())
        && !engine.leaves(object.key().project())
        && (StatusWriter.begun(object.state())
            || (!problems.containsKey(object.key())
                && Hindrances.volumes(object, store.all()).stream()
                    .noneMatch(volumes::containsKey)));
  }

  @Override
  public void admit(Group group) {
    if (group.template().program() instanceof Program.OfImage program) {
      trusted.accept(program.digest());
    }
  }

  @Override
  public void published(Question.Publish question, Fact.Published fact) {
    models.published(question, fact);
  }

  /**
   * A Deployment accepts the signatures of the keys that it was made with, and those stay: so that
   * it is scaled needs nothing of its model, also where the files cannot be reached just now.
   */
  @Override
  public Optional<String> prepare(Group group) {
    return engine.settled(group.id()) ? Optional.empty() : models.prepare(group);
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
    List<Stored> all = store.all();
    attempt("who asked for what", () -> requesters.look(all))
        .ifPresent(h -> LOG.warn("it is not recorded who asked for what: {}", h.message()));
    live.forEach((key, now) -> {
      Live before = shown.get(key);
      StatusWriter.Beside beside = beside(now, all);
      if (before == null || !beside.equals(shownBeside.get(key)) || !same(before, now)) {
        if (writer.show(now, beside)) {
          shown.put(key, now);
          shownBeside.put(key, beside);
        } else {
          shown.remove(key);
        }
      }
    });
    shown
        .keySet()
        .removeIf(key -> {
          boolean gone = !live.containsKey(key);
          if (gone) {
            writer.forget(key);
            shownBeside.remove(key);
          }
          return gone;
        });
    for (CrStore.Undecodable bad : store.undecodable()) {
      if (!bad.equals(refused.put(bad.key(), bad))) {
        writer.refuse(bad);
      }
    }
  }

  private StatusWriter.Beside beside(Live live, List<Stored> all) {
    Key key = live.stored().key();
    return new StatusWriter.Beside(
        problems.getOrDefault(key, ""), hindrance(live, all), notice, requesters.of(key));
  }

  private Optional<Requesters.Requester> requester(Key key) {
    return store
        .shown(key)
        .map(status -> status.path(StatusWriter.REQUESTER))
        .filter(JsonNode::isObject)
        .map(r -> new Requesters.Requester(r.path("generation").asLong(), r.path("user").asText()));
  }

  private Optional<Hindrance> hindrance(Live live, List<Stored> all) {
    Stored stored = live.stored();
    Key key = stored.key();
    if (stored.desired() != Stored.Desired.UP) {
      return Optional.empty();
    }
    return switch (stored.resource()) {
      case Image _ -> Optional.empty();
      case Volume _ -> Optional.ofNullable(volumes.get(key));
      case Inference _ ->
          Hindrances.said(live)
              .or(() -> engine.crash(key.project(), key.name()))
              .or(() ->
                  Optional.ofNullable(gateways.get(key.project()))
                      .filter(_ -> StatusWriter.begun(stored.state())));
      case Workload _ ->
          Optional.of(stored)
              .filter(s -> !StatusWriter.begun(s.state()) || Hindrances.vague(live))
              .flatMap(s -> Hindrances.ofVolumes(Hindrances.volumes(s, all), volumes))
              .or(() -> Hindrances.said(live));
    };
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
}
