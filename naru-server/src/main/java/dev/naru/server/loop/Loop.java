package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Links;
import dev.naru.core.engine.Node;
import dev.naru.core.serve.Routes;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.Store;
import dev.naru.server.api.Live;
import dev.naru.server.api.LoopFigures;
import dev.naru.spec.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that decides: observe everything, take each workload's turn, tell the gateway,
 * report. It wakes when the engine or the gateway says that something happened, when somebody
 * changed a wish, when a decision asked for it, and every {@link #IDLE} otherwise.
 */
final class Loop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  /** Somebody must change a policy or sign something; a registry is asked each time. */
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(10);

  /** Half of what a pod is given to end in: what comes after it needs some too. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

  private static final long SPACING_MILLIS = 20;

  private final Engine engine;
  private final Store store;
  private final Clock clock;
  private final Observer observer;
  private final GatewayLink gateway;
  private final Surroundings surroundings;
  private final Listeners listeners;
  private final Pass pass;
  private final Thread thread;
  private final Runnable died;
  private final CountDownLatch observed = new CountDownLatch(1);
  private final ReentrantLock waking = new ReentrantLock();
  private final Condition woken = waking.newCondition();
  private final Condition ended = waking.newCondition();
  private final Map<Key, Pass.Result> results = new HashMap<>();

  /** What keeps the links of projects from working, in words; told once. */
  private final Map<String, String> linkTrouble = new HashMap<>();

  private boolean awake = true;
  private volatile long passesBegun;
  private long passesEnded;
  private volatile boolean closed;
  private volatile Map<Key, Live> live = Map.of();
  private volatile LoopFigures figures = LoopFigures.NONE;
  private volatile String trouble = "";

  /**
   * One that does not run yet.
   *
   * @param died called where it cannot go on, so that the program ends and is started again
   */
  Loop(
      Engine engine,
      Store store,
      Clock clock,
      GatewayLink gateway,
      Surroundings surroundings,
      Listeners listeners,
      Runnable died) {
    this.engine = engine;
    this.store = store;
    this.clock = clock;
    this.observer = new Observer(engine);
    this.gateway = gateway;
    this.surroundings = surroundings;
    this.listeners = listeners;
    this.died = died;
    this.pass =
        new Pass(engine, store, observer, gateway, surroundings, clock, listeners::happened);
    this.thread = Thread.ofPlatform().name("loop").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Has the loop look again soon. */
  void wake() {
    waking.lock();
    try {
      awake = true;
      woken.signal();
    } finally {
      waking.unlock();
    }
  }

  boolean observed() {
    return observed.getCount() == 0;
  }

  Map<Key, Live> live() {
    return live;
  }

  LoopFigures figures() {
    return figures;
  }

  /** What keeps the loop from its work, in words; empty for nothing. */
  String trouble() {
    return trouble;
  }

  /** An Error leaves nothing to rely on: what is decided by a half-dead program is worse. */
  private void run() {
    try {
      passes();
    } catch (Throwable e) {
      log.error("the loop cannot go on; the program ends and is started again", e);
      died.run();
    }
  }

  private void passes() {
    Instant next = clock.instant();
    while (!closed) {
      sleepUntil(next);
      if (closed) {
        return;
      }
      Instant began = clock.instant();
      passesBegun = figures.passes() + 1;
      boolean failed = false;
      try {
        next = once();
        trouble = "";
        observed.countDown();
      } catch (RuntimeException e) {
        failed = true;
        trouble = String.valueOf(e.getMessage());
        log.error("a pass of the loop ended early; it is tried again", e);
        next = began.plus(AFTER_FAILURE);
      }
      Instant end = clock.instant();
      Duration took = Duration.between(began, end);
      figures =
          new LoopFigures(
              figures.passes() + 1,
              figures.failures() + (failed ? 1 : 0),
              figures.busy().plus(took),
              took,
              end);
      signalEnded();
    }
  }

  private void signalEnded() {
    waking.lock();
    try {
      passesEnded = figures.passes();
      ended.signalAll();
    } finally {
      waking.unlock();
    }
  }

  /**
   * Only {@link #close} ends the loop: an interrupt that a call of the engine or the store left
   * behind is no reason to stop deciding.
   */
  private void sleepUntil(Instant next) {
    try {
      waking.lockInterruptibly();
      try {
        while (!awake && !closed) {
          long wait = Duration.between(clock.instant(), next).toMillis();
          if (wait <= 0 || !woken.await(wait, TimeUnit.MILLISECONDS)) {
            break;
          }
        }
        awake = false;
      } finally {
        waking.unlock();
      }
      // Wake-ups come in bursts; one look serves them all.
      Thread.sleep(SPACING_MILLIS);
    } catch (InterruptedException e) {
      log.warn("the loop was interrupted in its sleep; it goes on", e);
    }
  }

  private Instant once() {
    observer.look();
    Instant now = clock.instant();
    surroundings.before(observer.all(), now);
    List<Node> nodes = engine.nodes();
    Instant next = now.plus(IDLE);
    connect(store.all());
    boolean acted = false;
    for (Stored object : store.all()) {
      if (object.resource() instanceof Workload && surroundings.decides(object)) {
        Pass.Result result = turn(object, nodes);
        acted |= result.acted();
        if (result.wakeAt().isPresent() && result.wakeAt().get().isBefore(next)) {
          next = result.wakeAt().get();
        }
      }
    }
    removeOrphans();
    List<Stored> objects = store.all();
    gateway.push(
        Routes.of(objects, observer.all(), surroundings.shortForms(objects), gateway.routes()));
    report(objects);
    boolean moving =
        gatewayBehind(objects) || observer.all().values().stream().anyMatch(Pass::moving);
    gateway.watchful(moving);
    surroundings.after(live, observer.all().keySet());
    if (acted || moving) {
      Instant soon = now.plusMillis(100);
      next = soon.isBefore(next) ? soon : next;
    }
    return next;
  }

  /** What stops keeps its links until it is gone: ranks talk when they save a checkpoint. */
  private void connect(List<Stored> objects) {
    Map<String, List<Link>> links = new TreeMap<>();
    for (Stored object : objects) {
      if (object.resource() instanceof Workload workload && surroundings.decides(object)) {
        links
            .computeIfAbsent(object.key().project(), _ -> new ArrayList<>())
            .addAll(Links.of(workload));
      }
    }
    links.forEach((project, all) -> {
      try {
        engine.links(project, all);
        linkTrouble.remove(project);
      } catch (RuntimeException e) {
        String words = String.valueOf(e.getMessage());
        if (!words.equals(linkTrouble.put(project, words))) {
          log.warn("cannot make the links of {} work; it is tried again", project, e);
        }
      }
    });
  }

  private Pass.Result turn(Stored object, List<Node> nodes) {
    try {
      Pass.Result result = pass.turn(object.key(), nodes);
      results.put(object.key(), result);
      return result;
    } catch (RuntimeException e) {
      // One workload's trouble is not the others', and is told once for as long as it is the same.
      String words = String.valueOf(e.getMessage());
      Pass.Result before = results.get(object.key());
      if (before == null || !before.message().equals(words)) {
        log.warn("cannot take the turn of {}; it is tried again", object.key(), e);
      }
      boolean refused =
          e instanceof NaruException known && known.code() == NaruException.Code.UNTRUSTED;
      Pass.Result result =
          new Pass.Result(
              refused ? object.generation() : 0,
              refused ? "ImageRefused" : "Trouble",
              words,
              Optional.of(clock.instant().plus(refused ? AFTER_REFUSAL : AFTER_FAILURE)),
              false);
      results.put(object.key(), result);
      return result;
    }
  }

  /**
   * Groups whose workload nobody knows: left by a home that was restored, or by a crash in the
   * middle of a purge.
   */
  private void removeOrphans() {
    Set<Key> known = new HashSet<>();
    store.all().forEach(s -> known.add(s.key()));
    known.addAll(surroundings.unreadable());
    for (GroupId id : observer.all().keySet()) {
      if (!id.project().equals(GroupId.SYSTEM)
          && !known.contains(new Key(id.project(), id.kind(), id.workload()))) {
        engine.remove(id, Duration.ZERO);
      }
    }
  }

  /** Whether replicas are there that the gateway has not found ready yet. */
  private boolean gatewayBehind(List<Stored> objects) {
    for (Stored object : objects) {
      if (object.state() instanceof State.OfService service) {
        long wanted = service.revisions().stream().mapToLong(r -> r.members().size()).sum();
        long ready =
            gateway
                .stats()
                .flatMap(s -> s.route(object.key().project(), object.key().name()))
                .map(r -> r.replicas().stream().filter(x -> x.ready()).count())
                .orElse(0L);
        if (ready < wanted) {
          return true;
        }
      }
    }
    return false;
  }

  private void report(List<Stored> objects) {
    Map<Key, Live> now = new HashMap<>();
    for (Stored object : objects) {
      Key key = object.key();
      Pass.Result result = results.get(key);
      now.put(
          key,
          new Live(
              object,
              result == null ? generationOfThing(object) : result.generation(),
              observer.of(key),
              gateway.stats().flatMap(s -> s.route(key.project(), key.name())),
              result == null ? "" : result.reason(),
              result == null ? "" : result.message(),
              object.resource() instanceof Workload
                  ? engine.isolation(key.project())
                  : Optional.empty(),
              Optional.empty()));
    }
    Map<Key, Live> before = live;
    live = Map.copyOf(now);
    listeners.compare(before, now);
  }

  /** Nothing is decided about an Image or a Volume: it is as it is wanted once it is stored. */
  private static long generationOfThing(Stored object) {
    return object.resource() instanceof Workload ? 0 : object.generation();
  }

  /**
   * Waits until a whole pass has begun and ended after this call, so that what was just written is
   * decided about.
   */
  void awaitPass() {
    long begun = passesBegun;
    wake();
    waking.lock();
    try {
      long nanos = TimeUnit.SECONDS.toNanos(10);
      while (passesEnded <= begun && nanos > 0 && !closed) {
        nanos = ended.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waking.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(ENDS_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
