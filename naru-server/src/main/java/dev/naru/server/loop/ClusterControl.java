package dev.naru.server.loop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Observation;
import dev.naru.core.plan.Plan;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.Store;
import dev.naru.engine.kubernetes.Cluster;
import dev.naru.engine.kubernetes.CrStore;
import dev.naru.engine.kubernetes.Gateways;
import dev.naru.engine.kubernetes.KubernetesEngine;
import dev.naru.engine.kubernetes.Reach;
import dev.naru.server.BuildInfo;
import dev.naru.server.api.Change;
import dev.naru.server.api.Control;
import dev.naru.server.api.ControlFactory;
import dev.naru.server.api.DrillRequest;
import dev.naru.server.api.DrillRun;
import dev.naru.server.api.Live;
import dev.naru.server.api.LoopFigures;
import dev.naru.server.api.PlanAnswer;
import dev.naru.server.api.ProjectInfo;
import dev.naru.server.api.Submission;
import dev.naru.server.api.Top;
import dev.naru.server.api.UpAnswer;
import dev.naru.server.gateway.HttpGateway;
import dev.naru.server.gateway.StatsSum;
import dev.naru.spec.Kind;
import dev.naru.spec.reading.Project;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the API asks of a cluster, with the rights of the person whose kubeconfig it is: wishes are
 * written to custom resources, the operator in the cluster decides, its status is told as it is.
 */
public final class ClusterControl implements Control {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterControl.class);
  private static final String ONLY = " namespace=";
  private static final Duration EVERY = Duration.ofMillis(500);

  private static final Comparator<Live> ORDER =
      Comparator.comparing((Live l) -> l.stored().key().project())
          .thenComparing(l -> l.stored().key().kind())
          .thenComparing(l -> l.stored().key().name());

  private final ControlFactory.Parts parts;
  private final KubernetesEngine engine;
  private final CrStore resources;
  private final Store store;
  private final String address;
  private final String namespace;
  private final Reach reach;
  private final Projects projects;
  private final Submissions submissions;
  private final Listeners listeners = new Listeners();
  private final TopView top;
  private final GatewayRelay relay;
  private final Thread ticker;
  private final Map<Key, Instant> told = new HashMap<>();
  private volatile Map<Key, Live> before = Map.of();
  private volatile boolean changed = true;
  private volatile boolean ending;
  private volatile boolean closed;

  /**
   * Begins to look.
   *
   * @param reach what this person may look at
   */
  public ClusterControl(
      ControlFactory.Parts parts,
      KubernetesEngine engine,
      CrStore resources,
      Cluster cluster,
      Reach reach) {
    this.parts = parts;
    this.engine = engine;
    this.resources = resources;
    this.store = new SplitStore(resources, parts.store());
    this.address = cluster.address() + reach.namespace().map(n -> ONLY + n).orElse("");
    this.namespace = cluster.namespace();
    this.reach = reach;
    this.projects = new Projects(store, engine);
    this.submissions = new Submissions(engine, store, projects, parts.ports(), parts.clock());
    this.top = new TopView(engine, store);
    this.relay = new GatewayRelay(parts.ports().gateway(), engine, projects::shortOwner);
    this.ending = projects.ending();
    resources.watch(_ -> changed = true);
    engine.watch(_ -> changed = true);
    this.ticker = Thread.ofVirtual().name("cluster").start(this::tick);
  }

  /** Tells what changed, and ends what was asked to end. */
  private void tick() {
    Instant looked = Instant.EPOCH;
    while (!closed) {
      try {
        Instant now = parts.clock().instant();
        if (changed || looked.plusSeconds(5).isBefore(now)) {
          changed = false;
          looked = now;
          tell();
          projects.finish(engine.groups());
          if (ending && projects.allDown(own(engine.groups()))) {
            projects.ended();
            parts.stop().run();
            return;
          }
        }
        Thread.sleep(changed ? 50 : EVERY.toMillis() / 5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot look at the cluster; it is tried again", e);
        changed = true;
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Groups of this home's projects. */
  private Set<GroupId> own(Set<GroupId> groups) {
    Set<String> names = projects.names();
    Set<GroupId> found = new HashSet<>();
    groups.stream().filter(g -> names.contains(g.project())).forEach(found::add);
    return found;
  }

  private void tell() {
    Map<Key, Live> now = new HashMap<>();
    collect().forEach(l -> now.put(l.stored().key(), l));
    listeners.compare(before, now);
    for (Key key : now.keySet()) {
      Instant since = told.getOrDefault(key, before.isEmpty() ? Instant.MAX : Instant.EPOCH);
      Instant last = since;
      for (Event event : store.events(key, 50)) {
        if (event.at().isAfter(since)) {
          listeners.happened(event);
        }
        last = last.equals(Instant.MAX) || event.at().isAfter(last) ? event.at() : last;
      }
      told.put(key, last.equals(Instant.MAX) ? Instant.EPOCH : last);
    }
    before = Map.copyOf(now);
  }

  private List<Live> collect() {
    Set<GroupId> groups = engine.groups();
    List<Live> lives = new ArrayList<>();
    for (Stored object : store.all()) {
      Map<GroupId, Observation> observed = new HashMap<>();
      groups.stream()
          .filter(g -> new Key(g.project(), g.kind(), g.workload()).equals(object.key()))
          .forEach(g -> observed.put(g, engine.observe(g)));
      Optional<ObjectNode> shown = resources.shown(object.key());
      long decided = shown.map(s -> s.path("observedGeneration").asLong()).orElse(0L);
      lives.add(
          new Live(object, decided, observed, Optional.empty(), "", "", Optional.empty(), shown));
    }
    lives.sort(ORDER);
    return lives;
  }

  @Override
  public boolean observed() {
    return true;
  }

  @Override
  public Optional<Store> store() {
    return Optional.of(store);
  }

  @Override
  public String trouble() {
    return resources.watching() ? "" : "the API server of the cluster does not answer";
  }

  @Override
  public String engineAddress() {
    return address;
  }

  /** The resources as the cluster gives them back, so that equal ones are found equal. */
  private static Submission bare(Submission submission) {
    Project given = submission.resources();
    return new Submission(
        submission.project(),
        submission.file(),
        new Project(
            given.resources().stream().map(CrStore::bare).toList(),
            given.origins(),
            given.folder(),
            Optional.empty(),
            given.pathName()));
  }

  /** What is not seen is not there to the plan, which would make it anew. */
  private void requireReach(String project) {
    if (reach.namespace().filter(n -> !n.equals(project)).isPresent()) {
      throw new NaruException(
          Code.REFUSED,
          "cannot work in namespace %s: with these rights only namespace %s is looked at; say -p %s, or ask for a role in it"
              .formatted(project, reach.namespace().get(), project));
    }
  }

  @Override
  public PlanAnswer plan(Submission submission) {
    requireReach(submission.project());
    PlanAnswer answer = submissions.plan(bare(submission));
    List<Judgement> judgements = new ArrayList<>(answer.plan().judgements());
    Stream.concat(resources.outdated().stream(), otherOperator().stream())
        .map(words -> new Judgement(Judgement.Level.DOWNGRADED, "", "", words))
        .forEach(judgements::add);
    return answer.with(new Plan(answer.plan().changes(), judgements, answer.plan().links()));
  }

  /** Resources tell which operator showed them last. */
  private Optional<String> otherOperator() {
    return store.all().stream()
        .flatMap(s -> resources.shown(s.key()).stream())
        .map(status -> status.path("operator").asText())
        .filter(v -> !v.isEmpty() && !v.equals(BuildInfo.VERSION))
        .findFirst()
        .map(v ->
            "the operator of the cluster is Naru %s, this is %s; naru install brings it to this version"
                .formatted(v, BuildInfo.VERSION));
  }

  @Override
  public UpAnswer up(Submission submission, boolean confirmed, String who) {
    requireReach(submission.project());
    Submission bare = bare(submission);
    resources.rehearse(submissions.wishes(bare));
    UpAnswer answer = submissions.up(bare, confirmed);
    note(who, "up", submission.project());
    changed = true;
    return answer;
  }

  @Override
  public void down(String project, boolean purge, String who) {
    boolean there = store.all().stream().anyMatch(s -> s.key().project().equals(project));
    if (projects.facts(project).isEmpty() && !there) {
      throw new NaruException(
          Code.NOT_FOUND,
          "cannot stop project '" + project + "': namespace " + project + " has nothing of Naru's");
    }
    if (projects.facts(project).isEmpty()) {
      projects.put(project, new Projects.Facts("", engine.name(), true, false));
    }
    projects.down(project, purge);
    note(who, purge ? "down --purge" : "down", project);
    changed = true;
  }

  /** On a cluster all is what is in the context's namespace, and what this home applied. */
  @Override
  public void downAll(boolean purge, String who) {
    Set<String> all = new HashSet<>(projects.names());
    if (store.all().stream().anyMatch(s -> s.key().project().equals(namespace))) {
      all.add(namespace);
    }
    all.forEach(project -> down(project, purge, who));
    projects.end();
    ending = true;
    changed = true;
  }

  @Override
  public List<ProjectInfo> projects() {
    store.all().stream()
        .map(s -> s.key().project())
        .distinct()
        .filter(p -> projects.facts(p).isEmpty())
        .forEach(p -> projects.put(p, new Projects.Facts("", engine.name(), true, false)));
    return projects.infos(engine.groups());
  }

  @Override
  public List<Live> live() {
    return collect().stream().filter(l -> !Listeners.hidden(l)).toList();
  }

  @Override
  public String rerun(Key key, String who) {
    String run = ask(key, Run.Cause.RERUN);
    note(who, "rerun", key.toString());
    return run;
  }

  private String ask(Key key, Run.Cause cause) {
    Stored saved = submissions.change(key, now -> Asks.ask(key, now, cause));
    changed = true;
    return RunGroups.runName(key, ((State.OfRuns) saved.state()).lastRun() + 1);
  }

  @Override
  public void scale(Key key, int min, OptionalInt max, String who) {
    submissions.change(key, now -> Asks.scaled(key, now, min, max));
    note(who, "scale", key.toString());
    changed = true;
  }

  @Override
  public List<DrillRun> drill(
      Key key, DrillRequest request, Consumer<String> note, Consumer<DrillRun> healed, String who) {
    note(who, "drill", key.toString());
    Drill drill =
        new Drill(
            engine,
            store,
            parts.clock(),
            () -> {},
            () -> stats(key.project()),
            k -> ask(k, Run.Cause.DRILL));
    return key.kind() == Kind.INFERENCE
        ? drill.inference(key, request, note, healed)
        : drill.training(key, request, note, healed);
  }

  private Optional<GatewayStats> stats(String project) {
    List<GatewayStats> all = new ArrayList<>();
    for (Gateways.Place place : engine.gateways().places()) {
      if (place.namespace().equals(project)) {
        new HttpGateway(engine.gateways().adminPort(place), place.token())
            .stats(-1, Duration.ZERO)
            .ifPresent(all::add);
      }
    }
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(new GatewayStats(0, 0, parts.clock().instant(), StatsSum.of(all)));
  }

  @Override
  public Top top() {
    return top.now(collect());
  }

  @Override
  public Optional<GatewayStats> gatewayStats() {
    return Optional.empty();
  }

  @Override
  public LoopFigures figures() {
    return LoopFigures.NONE;
  }

  @Override
  public Engine engine(String project) {
    return engine;
  }

  @Override
  public Subscription subscribe(Consumer<Change> listener) {
    return listeners.add(listener);
  }

  private void note(String who, String action, String target) {
    parts
        .store()
        .audit(new AuditEntry(parts.clock().instant(), who, action, target, "accepted", ""));
  }

  @Override
  public void close() {
    closed = true;
    ticker.interrupt();
    relay.close();
    resources.close();
    engine.close();
  }
}
