package dev.naru.engine.local.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the groups: at once when the engine tells of an event, and by the clock, since events
 * of an engine that was away are told by nobody. One thread looks; each group that needs something
 * done is tended in a thread of its own.
 */
final class Watchman implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watchman.class);

  private final Api api;
  private final HomeId home;
  private final Containers containers;
  private final Groups groups;
  private final Relays relays;
  private final Duration listEvery;
  private final Consumer<Set<String>> present;
  private final Semaphore due = new Semaphore(0);
  private final List<Consumer<GroupId>> watchers = new CopyOnWriteArrayList<>();
  private final Map<GroupId, Boolean> tending = new ConcurrentHashMap<>();
  private Map<String, String> before = Map.of();
  private Map<String, GroupId> groupOf = Map.of();
  private volatile @Nullable Listening listening;
  private volatile boolean closed;
  private boolean away;

  /**
   * @param present told the ids of all containers at every look
   */
  Watchman(
      Api api,
      HomeId home,
      Containers containers,
      Groups groups,
      Relays relays,
      Duration listEvery,
      Consumer<Set<String>> present) {
    this.api = api;
    this.home = home;
    this.containers = containers;
    this.groups = groups;
    this.relays = relays;
    this.listEvery = listEvery;
    this.present = present;
  }

  void start() {
    Thread.ofPlatform().daemon().name("naru-docker").start(this::run);
  }

  /** Looks now. */
  void nudge() {
    due.release();
  }

  AutoCloseable watch(Consumer<GroupId> wake) {
    watchers.add(wake);
    return () -> watchers.remove(wake);
  }

  void wake(GroupId id) {
    watchers.forEach(w -> w.accept(id));
  }

  /** Wakes for the group of a container, where it is known. */
  void wakeFor(String container) {
    GroupId id = groupOf.get(container);
    if (id != null) {
      wake(id);
    }
  }

  /** The stream of events. */
  private final class Listening extends ResultCallback.Adapter<Event> {
    private volatile boolean over;

    @Override
    public void onNext(Event event) {
      Map<String, String> labels =
          event.getActor() == null || event.getActor().getAttributes() == null
              ? Map.of()
              : event.getActor().getAttributes();
      if (labels.containsKey(Tags.GROUP)) {
        try {
          wake(Tags.group(labels));
        } catch (IllegalArgumentException e) {
          // Somebody else's, with our words on it.
          return;
        }
        nudge();
      }
    }

    @Override
    public void onError(Throwable throwable) {
      // The next look says in words what is wrong.
      end();
    }

    @Override
    public void onComplete() {
      super.onComplete();
      end();
    }

    private void end() {
      over = true;
      nudge();
    }
  }

  private void run() {
    while (!closed) {
      boolean answered = look();
      Duration pause = answered ? listEvery : Duration.ofMillis(500);
      try {
        if (due.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          due.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean look() {
    try {
      listen();
      List<Containers.Known> all = containers.all();
      if (away) {
        away = false;
        LOG.info("the Docker Engine at {} answers again", api.host());
      }
      tell(all);
      Containers.byGroup(all)
          .forEach((id, there) -> {
            if (Groups.restless(there)) {
              tend(id);
            }
          });
      groups.joinGateway(all);
      relays.join(all);
      containers.sweep(all, System.currentTimeMillis() / 1000);
      return true;
    } catch (NaruException e) {
      if (!away && !closed) {
        LOG.warn("{}", e.getMessage());
      }
      away = true;
      return false;
    } catch (RuntimeException e) {
      LOG.error("looking after the containers", e);
      return false;
    }
  }

  /** Events are asked for before the listing, so that nothing falls between the two. */
  private void listen() {
    Listening now = listening;
    if (now != null && !now.over) {
      return;
    }
    listening =
        api.call(
            "listen to events",
            client -> {
              client.pingCmd().exec();
              return api.streams()
                  .eventsCmd()
                  .withEventTypeFilter(EventType.CONTAINER)
                  .withLabelFilter(Tags.HOME + "=" + home.id())
                  .exec(new Listening());
            });
  }

  /** Wakes for what is no longer as it was at the last look. */
  private void tell(List<Containers.Known> all) {
    Map<String, String> now = new HashMap<>();
    Map<String, GroupId> groupOfNow = new HashMap<>();
    Containers.byGroup(all)
        .forEach((id, there) ->
            there.forEach(c -> {
              now.put(c.id(), c.state());
              groupOfNow.put(c.id(), id);
            }));
    Map<String, GroupId> either = new HashMap<>(groupOf);
    either.putAll(groupOfNow);
    Set<String> ids = new HashSet<>(now.keySet());
    ids.addAll(before.keySet());
    Set<GroupId> changed =
        ids.stream()
            .filter(c -> !java.util.Objects.equals(now.get(c), before.get(c)))
            .map(either::get)
            .filter(java.util.Objects::nonNull)
            .collect(Collectors.toSet());
    before = now;
    groupOf = groupOfNow;
    present.accept(now.keySet());
    changed.forEach(this::wake);
  }

  /** A group is tended by one thread at a time; who comes meanwhile has it looked at again. */
  private void tend(GroupId id) {
    if (tending.merge(id, false, (_, _) -> true)) {
      return;
    }
    Thread.startVirtualThread(() -> {
      try {
        groups.tend(id);
      } catch (NaruException e) {
        LOG.warn("{}: {}", id, e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("tending " + id, e);
      } finally {
        if (Boolean.TRUE.equals(tending.remove(id))) {
          nudge();
        }
      }
    });
  }

  @Override
  public void close() {
    closed = true;
    nudge();
    Listening now = listening;
    if (now != null) {
      try {
        now.close();
      } catch (IOException e) {
        // Nobody listens any more.
        return;
      }
    }
  }
}
