package dev.naru.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.Audit;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Custom resources as the store. What is wanted is their spec, what was decided is in their status
 * under {@code state}, with the last events under {@code history}; the version is the
 * resourceVersion. Audit entries are kept in pages and said in the log.
 */
public final class CrStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(CrStore.class);
  private static final Validation STRICT = Validation.STRICT;
  private static final int HISTORY = 50;
  private static final String VALUES = "naru-values";

  private final KubernetesClient client;
  private final String ownNamespace;
  private final boolean operates;
  private final CrObject.StateText texts;
  private final List<SharedIndexInformer<GenericKubernetesResource>> informers = new ArrayList<>();
  private final Map<Key, GenericKubernetesResource> objects = new ConcurrentHashMap<>();
  private final Map<Key, Stored> decoded = new ConcurrentHashMap<>();
  private final Map<Key, Undecodable> undecodable = new ConcurrentHashMap<>();

  /** Held while a resource is taken or forgotten. */
  private final Object order = new Object();

  private final List<Consumer<Key>> watchers = new CopyOnWriteArrayList<>();
  private final AuditPages audit;
  private @Nullable Map<String, String> values;

  /**
   * A resource that cannot be read, which is nobody's trouble but its own.
   *
   * @param key which
   * @param generation of the wish that cannot be read
   * @param why in words
   */
  public record Undecodable(Key key, long generation, String why) {}

  private CrStore(
      KubernetesClient client, String ownNamespace, boolean operates, CrObject.StateText texts) {
    this.client = client;
    this.ownNamespace = ownNamespace;
    this.operates = operates;
    this.texts = texts;
    this.audit = new AuditPages(client, ownNamespace);
  }

  /**
   * Begins to look; returns once everything was seen once.
   *
   * @param reach what is looked into
   * @param ownNamespace where facts that are of no resource are kept
   * @param operates whether this is the control plane of the cluster, which also keeps the numbers
   *     of runs and models of resources that were deleted
   * @param write a state as text
   * @param read the state of such a text; IllegalArgumentException where it is none
   * @throws NaruException INVALID where the cluster has no such resources; ENGINE_UNREACHABLE
   */
  public static CrStore open(
      Cluster cluster,
      Reach reach,
      String ownNamespace,
      boolean operates,
      java.util.function.Function<State, String> write,
      java.util.function.Function<String, State> read) {
    CrObject.StateText texts =
        new CrObject.StateText() {
          @Override
          public String write(State state) {
            return write.apply(state);
          }

          @Override
          public State read(String text) {
            return read.apply(text);
          }
        };
    CrStore store = new CrStore(cluster.client(), ownNamespace, operates, texts);
    Map<Kind, CompletionStage<?>> begun = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      begun.put(kind, store.watch(kind, reach.namespace()));
    }
    begun.forEach(store::await);
    return store;
  }

  private CompletionStage<?> watch(Kind kind, Optional<String> namespace) {
    var all = client.genericKubernetesResources(Custom.API, kind.word());
    SharedIndexInformer<GenericKubernetesResource> informer =
        (namespace.isPresent() ? all.inNamespace(namespace.get()) : all.inAnyNamespace())
            .runnableInformer(0);
    informer.exceptionHandler((started, _) -> started);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(GenericKubernetesResource cr) {
            learned(cr);
          }

          @Override
          public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource cr) {
            learned(cr);
          }

          @Override
          public void onDelete(GenericKubernetesResource cr, boolean unknown) {
            forget(CrObject.key(cr));
          }
        });
    informers.add(informer);
    return informer.start();
  }

  private void await(Kind kind, CompletionStage<?> begun) {
    try {
      Native.await(begun);
    } catch (KubernetesClientException e) {
      if (Trouble.absent(e)) {
        throw new NaruException(
            Code.INVALID, "cannot use this cluster: " + new Definitions(client).absent(), e);
      }
      throw Trouble.of("watch the " + kind.lower() + "s of the cluster", e);
    }
  }

  private void learned(GenericKubernetesResource cr) {
    if (take(cr)) {
      wake(CrObject.key(cr));
    }
  }

  private void wake(Key key) {
    watchers.forEach(w -> w.accept(key));
  }

  /**
   * Takes what is newer than what is known; the watch tells each write of our own once more. Says
   * whether anybody wants to know: the control plane does not where only what it shows is new.
   */
  private boolean take(GenericKubernetesResource cr) {
    Key key = CrObject.key(cr);
    synchronized (order) { // who comes second finds the first one's work done, not begun
      GenericKubernetesResource before = objects.get(key);
      if (before != null && CrObject.version(cr) <= CrObject.version(before)) {
        return false;
      }
      Optional<Input> known = input(key);
      objects.put(key, cr);
      decode(key);
      return !operates || before == null || !input(key).equals(known);
    }
  }

  /**
   * What decisions about a resource are made from, beside what others are.
   *
   * @param stored as it was read, of no version; empty where it cannot be read
   * @param bad why not
   * @param historyLost whether nothing is known any more of what it has run
   */
  private record Input(Optional<Stored> stored, Optional<Undecodable> bad, boolean historyLost) {}

  private Optional<Input> input(Key key) {
    return Optional.ofNullable(objects.get(key))
        .map(cr ->
            new Input(
                get(key).map(CrStore::ofNoVersion),
                Optional.ofNullable(undecodable.get(key)),
                CrObject.historyLost(cr)));
  }

  private static Stored ofNoVersion(Stored s) {
    return new Stored(
        s.key(), 0, s.generation(), s.resource(), s.desired(), s.state(), s.createdAt());
  }

  /** Numbers go on where a resource was deleted and made again: its outputs and models stay. */
  private Stored numbered(Stored fresh) {
    if (!operates
        || !fresh.state().equals(CrObject.nothing(fresh.key().kind()))
        || fresh.state() instanceof State.OfThing) {
      return fresh;
    }
    return value(lastName(fresh.key()))
        .map(text -> fresh.with(CrObject.numbered(fresh.state(), text, fresh.createdAt())))
        .orElse(fresh);
  }

  private static String lastName(Key key) {
    return "last." + key.project() + "." + key.kind().lower() + "." + key.name();
  }

  /** Written before the state that makes use of a new number. */
  private void rememberNumbers(Stored object) {
    String text = CrObject.numbers(object.state());
    if (operates && !text.isEmpty() && !value(lastName(object.key())).equals(Optional.of(text))) {
      putValue(lastName(object.key()), text);
    }
  }

  private void decode(Key key) {
    GenericKubernetesResource cr = objects.get(key);
    if (cr == null) {
      return;
    }
    try {
      Stored stored = CrObject.stored(cr, texts);
      decoded.put(key, CrObject.historyLost(cr) ? stored : numbered(stored));
      undecodable.remove(key);
    } catch (RuntimeException e) {
      decoded.remove(key);
      undecodable.put(
          key,
          new Undecodable(
              key,
              Optional.ofNullable(cr.getMetadata().getGeneration()).orElse(0L),
              String.valueOf(e.getMessage())));
    }
  }

  private void forget(Key key) {
    synchronized (order) {
      objects.remove(key);
      decoded.remove(key);
      undecodable.remove(key);
    }
    wake(key);
  }

  /** The same resource as this store gives it back: without what is beside its name. */
  public static dev.naru.spec.Resource bare(dev.naru.spec.Resource resource) {
    return CrObject.bare(resource);
  }

  /** Resources that cannot be read. */
  public List<Undecodable> undecodable() {
    return List.copyOf(undecodable.values());
  }

  /** Whether a workload has run and nothing is known of that any more. */
  public boolean historyLost(Key key) {
    GenericKubernetesResource cr = objects.get(key);
    return cr != null && CrObject.historyLost(cr);
  }

  /** Calls {@code changed} soon after a resource changed. Closing ends it. */
  public AutoCloseable watch(Consumer<Key> changed) {
    watchers.add(changed);
    return () -> watchers.remove(changed);
  }

  /**
   * Asks the API server whether it would take these wishes, without writing any: so that none is
   * written where one is refused. Fields that its definitions do not know are refused too.
   *
   * @throws NaruException with what it said of the first that it would not take
   */
  public void rehearse(List<Stored> wishes) {
    for (Stored wish : wishes) {
      GenericKubernetesResource there = objects.get(wish.key());
      try {
        if (there == null) {
          client.resource(made(wish)).dryRun().fieldValidation(STRICT).create();
        } else {
          GenericKubernetesResource next = client.getKubernetesSerialization().clone(there);
          next.setAdditionalProperty("spec", CrObject.spec(wish.resource()));
          next.getMetadata().setResourceVersion(null);
          client.resource(next).dryRun().fieldValidation(STRICT).update();
        }
      } catch (KubernetesClientException e) {
        if (!Trouble.conflict(e)) {
          throw refused(wish.key(), e);
        }
      }
    }
  }

  private static GenericKubernetesResource made(Stored wish) {
    GenericKubernetesResource made = CrObject.document(wish);
    made.getMetadata().setNamespace(wish.key().project());
    return made;
  }

  /** What the cluster's definitions lack that this version knows, in words; empty for nothing. */
  public Optional<String> outdated() {
    return new Definitions(client).outdated();
  }

  /** Whether the API server has answered lately. */
  public boolean watching() {
    return informers.stream().allMatch(SharedIndexInformer::isWatching);
  }

  /** What is shown of where a resource stands, without what is kept for the control plane. */
  public Optional<ObjectNode> shown(Key key) {
    GenericKubernetesResource cr = objects.get(key);
    Object status = cr == null ? null : cr.get("status");
    if (status == null || !(CrObject.tree(status) instanceof ObjectNode shown)) {
      return Optional.empty();
    }
    shown.remove(List.of(CrObject.STATE, CrObject.HISTORY));
    return Optional.of(shown);
  }

  @Override
  public List<Stored> all() {
    return decoded.values().stream()
        .sorted(
            Comparator.comparing((Stored s) -> s.key().project())
                .thenComparing(s -> s.key().kind())
                .thenComparing(s -> s.key().name()))
        .toList();
  }

  @Override
  public Optional<Stored> get(Key key) {
    return Optional.ofNullable(decoded.get(key));
  }

  private Resource<GenericKubernetesResource> at(Key key) {
    return client
        .genericKubernetesResources(Custom.API, key.kind().word())
        .inNamespace(key.project())
        .withName(key.name());
  }

  @Override
  public Stored save(Stored object, List<Event> events) throws ConflictException {
    Key key = object.key();
    Optional<GenericKubernetesResource> before = Optional.ofNullable(objects.get(key));
    long newest = before.map(CrObject::version).orElse(0L);
    if (newest != object.version()) {
      throw new ConflictException(key, object.version());
    }
    try {
      rememberNumbers(object);
      GenericKubernetesResource cr = wish(object, before);
      cr = state(object, cr, events);
      learned(cr);
      return get(key).orElse(object);
    } catch (KubernetesClientException e) {
      if (Trouble.conflict(e)) {
        refresh(key);
        throw new ConflictException(key, object.version());
      }
      throw refused(key, e);
    }
  }

  private long version(Key key) {
    GenericKubernetesResource cr = objects.get(key);
    return cr == null ? 0 : CrObject.version(cr);
  }

  private void refresh(Key key) {
    GenericKubernetesResource cr = Trouble.call("read " + key, () -> at(key).get());
    if (cr == null) {
      forget(key);
    } else {
      learned(cr);
    }
  }

  private static NaruException refused(Key key, KubernetesClientException e) {
    String said = Trouble.words(e);
    if (said.contains("strict decoding error")) {
      return new NaruException(
          Code.INVALID,
          "cannot write %s: %s: the cluster's definitions are of another version; naru install upgrades them"
              .formatted(key.ref(), said.substring(said.indexOf("strict decoding error"))),
          e);
    }
    if (Trouble.absent(e)) {
      return new NaruException(
          Code.INVALID,
          "cannot write %s: %s; is there a namespace %s? kubectl create namespace %s makes it"
              .formatted(key.ref(), Trouble.words(e), key.project(), key.project()),
          e);
    }
    return Trouble.of("write " + key.ref(), e);
  }

  /** What people want: the spec, and the annotations that go with it. */
  private GenericKubernetesResource wish(
      Stored object, Optional<GenericKubernetesResource> before) {
    String ran = CrObject.ran(object.key(), object.state());
    String run = CrObject.run(object.key(), object.state());
    if (before.isEmpty()) {
      GenericKubernetesResource made = made(object);
      annotate(made, object, ran, run);
      return client.resource(made).create();
    }
    GenericKubernetesResource there = before.get();
    JsonNode spec = CrObject.tree(CrObject.spec(object.resource()));
    boolean other =
        !CrObject.bare(object.resource())
                .equals(get(object.key()).map(Stored::resource).orElse(null))
            && !spec.equals(CrObject.tree(there.get("spec")));
    boolean noted =
        (ran.isEmpty() || Labels.annotation(there, CrObject.RAN).equals(ran))
            && (run.isEmpty() || Labels.annotation(there, CrObject.RUN).equals(run))
            && desired(there).equals(CrObject.word(object.desired()));
    if (!other && noted) {
      return there;
    }
    GenericKubernetesResource next = client.getKubernetesSerialization().clone(there);
    if (other) {
      next.setAdditionalProperty("spec", CrObject.spec(object.resource()));
    }
    annotate(next, object, ran, run);
    return client.resource(next).update();
  }

  private static String desired(GenericKubernetesResource cr) {
    String said = Labels.annotation(cr, CrObject.DESIRED);
    boolean going = cr.getMetadata().getDeletionTimestamp() != null;
    return going ? "Removed" : said.isEmpty() ? "Up" : said;
  }

  private static void annotate(
      GenericKubernetesResource cr, Stored object, String ran, String run) {
    Map<String, String> annotations =
        new HashMap<>(
            cr.getMetadata().getAnnotations() == null
                ? Map.of()
                : cr.getMetadata().getAnnotations());
    if (object.desired() == Stored.Desired.UP) {
      annotations.remove(CrObject.DESIRED);
    } else {
      annotations.put(CrObject.DESIRED, CrObject.word(object.desired()));
    }
    if (!ran.isEmpty()) {
      annotations.put(CrObject.RAN, ran);
    }
    if (!run.isEmpty()) {
      annotations.put(CrObject.RUN, run);
    }
    cr.getMetadata().setAnnotations(annotations);
  }

  private GenericKubernetesResource state(
      Stored object, GenericKubernetesResource cr, List<Event> events) {
    ObjectNode status = CrObject.object();
    if (!(object.state() instanceof State.OfThing)) {
      String text = CrObject.text(object.state(), texts);
      String there = CrObject.stateText(cr);
      boolean nothing = text.equals(CrObject.text(CrObject.nothing(object.key().kind()), texts));
      if (!text.equals(there) && !(nothing && there.isEmpty())) {
        status.put(CrObject.STATE, text);
      }
    }
    if (!events.isEmpty()) {
      List<Event> all = new ArrayList<>(CrObject.history(cr));
      all.addAll(events);
      status.set(
          CrObject.HISTORY,
          CrObject.history(all.subList(Math.max(0, all.size() - HISTORY), all.size())));
    }
    if (status.isEmpty()) {
      return cr;
    }
    // Of what is at hand: the client reads it first where it is given no more than a name.
    GenericKubernetesResource saved =
        client
            .resource(cr)
            .subresource("status")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                CrObject.statusPatch(cr.getMetadata().getResourceVersion(), status));
    events.forEach(e -> Thread.ofVirtual().start(() -> tell(saved, e)));
    return saved;
  }

  /** Tells something of a resource that is no part of its history. */
  public void tell(Event event) {
    GenericKubernetesResource cr = objects.get(event.key());
    if (cr != null) {
      Thread.ofVirtual().start(() -> tell(cr, event));
    }
  }

  /** As an Event of the cluster, for who looks by its own tools. */
  private void tell(GenericKubernetesResource cr, Event event) {
    String type = event.level() == Event.Level.NORMAL ? "Normal" : "Warning";
    try {
      client
          .resource(ClusterEvents.of(cr, type, event.reason(), event.message(), event.at()))
          .create();
    } catch (KubernetesClientException e) {
      LOG.debug("an event was not told: {}", e.getMessage());
    }
  }

  /**
   * Shows where a resource stands; what is decided of it is not touched. Nothing is written where
   * that is shown already.
   *
   * @param status fields of the status
   */
  public void show(Key key, ObjectNode status) {
    GenericKubernetesResource cr = objects.get(key);
    if (cr == null) {
      return;
    }
    Object there = cr.get("status");
    ObjectNode change =
        CrObject.difference(
            there == null ? CrObject.object() : CrObject.tree(there),
            CrObject.tree(CrObject.plain(status)),
            Set.of(CrObject.STATE, CrObject.HISTORY));
    if (change.isEmpty()) {
      return;
    }
    ObjectNode patch = CrObject.object();
    patch.set("status", change);
    try {
      learned(
          client
              .resource(cr)
              .subresource("status")
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
    } catch (KubernetesClientException e) {
      if (!Trouble.absent(e)) {
        throw Trouble.of("show the status of " + key, e);
      }
      forget(key); // its end may have been told before the answer to a write
    }
  }

  @Override
  public void remove(Stored object) throws ConflictException {
    if (version(object.key()) != object.version()) {
      throw new ConflictException(object.key(), object.version());
    }
    Trouble.run("remove " + object.key(), () -> at(object.key()).delete());
    forget(object.key());
  }

  @Override
  public List<Event> events(Key key, int limit) {
    GenericKubernetesResource cr = objects.get(key);
    List<Event> all = cr == null ? List.of() : CrObject.history(cr);
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  @Override
  public List<Event> events(int limit) {
    List<Event> all =
        objects.values().stream()
            .flatMap(cr -> CrObject.history(cr).stream())
            .sorted(Comparator.comparing(Event::at))
            .toList();
    return all.subList(Math.max(0, all.size() - limit), all.size());
  }

  @Override
  public void audit(AuditEntry entry) {
    audit.add(entry);
  }

  @Override
  public List<AuditEntry> audit(int limit) {
    return audit.entries(limit);
  }

  @Override
  public AuditChain.Report checkAudit() {
    return audit.check();
  }

  @Override
  public Audit ofCluster(String namespace) {
    return new AuditPages(client, namespace);
  }

  /** Only the control plane writes these, so they are read once. */
  private synchronized Map<String, String> values() {
    if (values == null) {
      ConfigMap map =
          Trouble.call(
              "read what is remembered",
              () -> client.configMaps().inNamespace(ownNamespace).withName(VALUES).get());
      values = map == null || map.getData() == null ? Map.of() : Map.copyOf(map.getData());
    }
    return values;
  }

  @Override
  public Optional<String> value(String name) {
    return Optional.ofNullable(values().get(name));
  }

  @Override
  public void putValue(String name, String value) {
    write(name, Optional.of(value));
  }

  @Override
  public void removeValue(String name) {
    write(name, Optional.empty());
  }

  private synchronized void write(String name, Optional<String> value) {
    values = null;
    ObjectNode patch = CrObject.object();
    ObjectNode data = patch.putObject("data");
    value.ifPresentOrElse(v -> data.put(name, v), () -> data.putNull(name));
    Trouble.run(
        "remember " + name,
        () -> {
          var map = client.configMaps().inNamespace(ownNamespace).withName(VALUES);
          if (map.get() == null) {
            client
                .resource(
                    new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(ownNamespace)
                        .withName(VALUES)
                        .addToLabels(Labels.MANAGED_BY, Labels.NARU)
                        .endMetadata()
                        .build())
                .create();
          }
          map.patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
        });
  }

  @Override
  public SortedMap<String, String> values(String prefix) {
    SortedMap<String, String> found = new TreeMap<>();
    values()
        .forEach((name, value) -> {
          if (name.startsWith(prefix)) {
            found.put(name, value);
          }
        });
    return found;
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    client.close();
  }
}
