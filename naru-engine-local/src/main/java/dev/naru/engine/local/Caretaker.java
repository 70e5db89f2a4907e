package dev.naru.engine.local;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import java.io.IOException;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on while nobody calls: stops are followed up, intents of a dead control plane carried
 * out, logs rotated, watchers woken.
 */
final class Caretaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);

  /** While something is being started or stopped. */
  private static final Duration BUSY = Duration.ofMillis(50);

  /** While only services run, whose ends make a file: this keeps an idle machine idle. */
  private static final Duration CALM = Duration.ofSeconds(3);

  private static final Duration NOTHING = Duration.ofSeconds(5);

  private final GroupStore store;
  private final Keeper keeper;
  private final Logs logs;
  private final Duration poll;
  private final Pulse pulse;
  private final Map<GroupId, List<Replica>> before = new HashMap<>();
  private final Map<GroupId, List<MemberDir>> watched = new HashMap<>();
  private final Map<String, String> complaints = new HashMap<>();

  Caretaker(GroupStore store, Keeper keeper, Logs logs, Duration poll, WatchService files) {
    this.store = store;
    this.keeper = keeper;
    this.logs = logs;
    this.poll = poll;
    this.pulse = new Pulse(this::work, files);
  }

  /** Begins to look after the groups. */
  void start() {
    pulse.start();
  }

  AutoCloseable watch(Consumer<GroupId> wake) {
    return pulse.watch(wake);
  }

  void nudge() {
    pulse.nudge();
  }

  /** One look at everything, on the pulse's thread only. */
  private Duration work() {
    try {
      Duration next = NOTHING;
      Set<GroupId> there = new HashSet<>();
      for (GroupFile file : store.all()) {
        there.add(file.group().id());
        next = shorter(next, tryWork(file));
      }
      for (GroupId gone : Set.copyOf(before.keySet())) {
        if (!there.contains(gone)) {
          before.remove(gone);
          watched.getOrDefault(gone, List.of()).forEach(d -> pulse.unwatchFolder(d.path()));
          watched.remove(gone);
          complaints.remove(gone.toString());
          pulse.wake(gone);
        }
      }
      return next;
    } catch (IOException | RuntimeException e) {
      complain("", e);
      return CALM;
    }
  }

  /** The same trouble is told once, not at every look. */
  private void complain(String group, Exception e) {
    String text = String.valueOf(e);
    if (!text.equals(complaints.put(group, text))) {
      LOG.atWarn()
          .addKeyValue("group", group)
          .setCause(e)
          .log("cannot look after replicas; trying again every few seconds");
    }
  }

  /** Trouble with one group is no trouble of the others. */
  private Duration tryWork(GroupFile file) {
    try {
      return work(file);
    } catch (IOException | RuntimeException e) {
      complain(file.group().id().toString(), e);
      return CALM;
    }
  }

  private Duration work(GroupFile file) throws IOException {
    GroupId id = file.group().id();
    keeper.keep(id);
    List<MemberDir> dirs = store.members(file);
    List<Replica> now = keeper.look(file);
    Set<Member> ended = ended(now);
    boolean noticed = true;
    for (MemberDir dir : dirs) {
      if (ended.contains(dir.member())) {
        pulse.unwatchFolder(dir.path());
        keeper.clean(dir);
      } else {
        logs.rotate(dir.log());
        noticed &= pulse.watchFolder(dir.path());
      }
    }
    watched.put(id, dirs);
    if (!now.equals(before.put(id, now))) {
      pulse.wake(id);
    }
    return pause(file, now, noticed);
  }

  private static Set<Member> ended(List<Replica> replicas) {
    return replicas.stream()
        .filter(r -> r.phase() == Replica.Phase.ENDED)
        .map(Replica::member)
        .collect(Collectors.toSet());
  }

  private Duration pause(GroupFile file, List<Replica> replicas, boolean noticed) {
    Duration pause = file.removing() ? BUSY : NOTHING;
    for (Replica replica : replicas) {
      pause =
          shorter(
              pause,
              switch (replica.phase()) {
                case STARTING, STOPPING -> BUSY;
                case RUNNING -> noticed && file.group().kind() == GroupKind.SERVICE ? CALM : poll;
                case ENDED -> NOTHING;
              });
    }
    return pause;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public void close() {
    pulse.close();
  }
}
