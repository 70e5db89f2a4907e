package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.Network;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.engine.local.KeptLogs;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes groups what they shall be. What shall be is written on the engine itself, by containers:
 * one that was made and never started is to be started, one with a mark is to be stopped, a group
 * with a mark is to be removed. So {@link #tend} goes on with what any engine of this home began.
 */
final class Groups {
  private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

  /** Ended members that are no longer named and yet remembered, for each group. */
  private static final int KEPT_ENDS = 32;

  /** What the engine itself may take to kill, before it is done for it. */
  private static final long SLACK_MILLIS = 2_000;

  private final Containers containers;
  private final Networks networks;
  private final DockerVolumes volumes;
  private final GroupMaker maker;
  private final Relays relays;
  private final DockerSecrets secrets;
  private final DockerLogs logs;
  private final KeptLogs keptLogs;
  private final Names names;
  private final Clock clock;
  private final Map<GroupId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Set<String> stopping = ConcurrentHashMap.newKeySet();

  Groups(
      Containers containers,
      Networks networks,
      DockerVolumes volumes,
      GroupMaker maker,
      Relays relays,
      DockerSecrets secrets,
      DockerLogs logs,
      KeptLogs keptLogs,
      Names names,
      Clock clock) {
    this.secrets = secrets;
    this.logs = logs;
    this.keptLogs = keptLogs;
    this.containers = containers;
    this.networks = networks;
    this.volumes = volumes;
    this.maker = maker;
    this.relays = relays;
    this.names = names;
    this.clock = clock;
  }

  /** Something done while nobody else changes the same group. */
  private void locked(GroupId id, Runnable work) {
    ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /** See {@link dev.naru.core.engine.Engine#apply}: all are made first, none is started yet. */
  void apply(Group group) {
    locked(
        group.id(),
        () -> {
          List<Containers.Known> there = containers.of(group.id());
          if (there.stream().anyMatch(c -> c.is(Tags.Role.REMOVED))) {
            throw new NaruException(
                NaruException.Code.CONFLICT,
                "cannot apply " + group.id() + ": it is being removed; try again once it is gone");
          }
          Set<Member> known = members(there).stream().map(Groups::member).collect(toSet());
          List<Member> missing = group.members().stream().filter(m -> !known.contains(m)).toList();
          if (!missing.isEmpty()) {
            maker.make(group, missing);
          }
          askOthers(group, there);
        });
  }

  private static java.util.stream.Collector<Member, ?, Set<Member>> toSet() {
    return Collectors.toSet();
  }

  private static List<Containers.Known> members(List<Containers.Known> there) {
    return there.stream().filter(c -> c.is(Tags.Role.MEMBER)).toList();
  }

  private static Member member(Containers.Known c) {
    return Tags.member(c.labels());
  }

  private static Set<Member> asked(List<Containers.Known> there) {
    return there.stream()
        .filter(c -> c.is(Tags.Role.ASKED))
        .map(Groups::member)
        .collect(Collectors.toSet());
  }

  private void askOthers(Group group, List<Containers.Known> there) {
    Set<Member> asked = asked(there);
    Set<Member> named = new HashSet<>(group.members());
    List<Containers.Known> forgettable = new ArrayList<>();
    for (Containers.Known c : members(there)) {
      if (named.contains(member(c))) {
        continue;
      }
      if (!c.runs() && !c.state().equals("created")) {
        forgettable.add(c);
      } else if (!asked.contains(member(c))) {
        long deadline = clock.millis() + Tags.graceMillis(c.labels());
        containers.markAsked(group.id(), member(c), c.image(), deadline);
      }
    }
    forgettable.sort(Comparator.comparing(Groups::member));
    for (int i = 0; i < forgettable.size() - KEPT_ENDS; i++) {
      forget(group.id(), forgettable.get(i), there);
    }
  }

  private void forget(GroupId id, Containers.Known member, List<Containers.Known> there) {
    containers.remove(member.id());
    String mark = names.asked(id, member(member));
    there.stream().filter(c -> c.name().equals(mark)).forEach(c -> containers.remove(c.id()));
  }

  /** See {@link dev.naru.core.engine.Engine#remove}: writes the wish down. */
  void remove(GroupId id, Duration grace) {
    locked(
        id,
        () -> {
          List<Containers.Known> there = containers.of(id);
          if (!there.isEmpty()) {
            containers.markRemoved(id, there.getFirst().image(), clock.millis() + grace.toMillis());
          }
        });
  }

  /** Whether there is anything to do for a group. */
  static boolean restless(List<Containers.Known> there) {
    Set<Member> asked = asked(there);
    return there.stream()
        .anyMatch(c ->
            c.is(Tags.Role.REMOVED)
                || (c.is(Tags.Role.MEMBER)
                    && (asked.contains(member(c)) ? c.runs() : c.state().equals("created"))));
  }

  /** Does what is due for a group: starts, stops, removes. */
  void tend(GroupId id) {
    locked(
        id,
        () -> {
          List<Containers.Known> there = containers.of(id);
          Optional<Long> removal =
              there.stream()
                  .filter(c -> c.is(Tags.Role.REMOVED))
                  .map(c -> Tags.deadlineMillis(c.labels()))
                  .min(Long::compare);
          if (removal.isPresent()) {
            goOnRemoving(id, there, removal.get());
            return;
          }
          for (Containers.Known mark : there) {
            if (mark.is(Tags.Role.ASKED)) {
              members(there).stream()
                  .filter(c -> member(c).equals(member(mark)))
                  .forEach(c -> stop(c, Tags.deadlineMillis(mark.labels())));
            }
          }
          start(id, there);
        });
  }

  private void goOnRemoving(GroupId id, List<Containers.Known> there, long deadline) {
    List<Containers.Known> running =
        members(there).stream().filter(Containers.Known::runs).toList();
    boolean due = clock.millis() >= deadline;
    if (!running.isEmpty() && !due) {
      running.forEach(c -> stop(c, deadline));
      return;
    }
    inParallel(running.stream().<Runnable>map(c -> () -> containers.kill(c.id())).toList());
    keepLogs(id, there);
    inParallel(
        there.stream()
            .filter(c -> !c.is(Tags.Role.REMOVED))
            .<Runnable>map(c -> () -> containers.remove(c.id()))
            .toList());
    if (members(there).stream().anyMatch(c -> !Tags.secrets(c.labels()).isEmpty())) {
      secrets.remove(id);
    }
    networks.remove(names.gang(id), List.of());
    if (GroupId.SYSTEM.equals(id.project())) {
      networks.remove(names.gatewayNetwork(), List.of());
      volumes.remove(names.gatewayFiles());
    }
    removeLast(id);
    there.stream().filter(c -> c.is(Tags.Role.REMOVED)).forEach(c -> containers.remove(c.id()));
    locks.remove(id, locks.get(id));
  }

  /** What a finished or failed attempt printed can still be read when it is gone. */
  private void keepLogs(GroupId id, List<Containers.Known> there) {
    Map<Member, KeptLogs.Source> sources = new TreeMap<>();
    for (Containers.Known c : members(there)) {
      sources.put(
          member(c), file -> logs.copy(c.id(), file, line -> secrets.redact(id.project(), line)));
    }
    if (sources.isEmpty()) {
      return;
    }
    try {
      keptLogs.copy(id, sources);
    } catch (IOException | NaruException e) {
      LOG.warn("the logs of {} are not kept: {}", id, e.getMessage());
    }
  }

  /** The links of a workload, and the network of an Inference, go with its last group. */
  private void removeLast(GroupId id) {
    List<Containers.Known> all = containers.all();
    boolean others =
        Containers.byGroup(all).keySet().stream()
            .anyMatch(g ->
                !g.equals(id)
                    && g.project().equals(id.project())
                    && g.kind() == id.kind()
                    && g.workload().equals(id.workload()));
    if (others || GroupId.SYSTEM.equals(id.project())) {
      return;
    }
    relays.remove(id);
    if (id.kind() == dev.naru.spec.Kind.INFERENCE) {
      List<String> guests = new ArrayList<>();
      gateway(all).ifPresent(g -> guests.add(g.id()));
      all.stream()
          .filter(c -> Tags.targets(c.labels()).contains(names.service(id)))
          .forEach(c -> guests.add(c.id()));
      networks.remove(names.service(id), guests);
    }
  }

  private static Optional<Containers.Known> gateway(List<Containers.Known> all) {
    return all.stream()
        .filter(c -> c.is(Tags.Role.MEMBER) && c.runs())
        .filter(c -> GroupId.SYSTEM.equals(c.labels().get(Tags.PROJECT)))
        .findFirst();
  }

  /** Puts the running gateway on the network of every Inference. */
  void joinGateway(List<Containers.Known> all) {
    Optional<Containers.Known> gateway = gateway(all);
    if (gateway.isEmpty()) {
      return;
    }
    String id = gateway.get().id();
    for (Network network : networks.own()) {
      if (Tags.is(Tags.Role.SERVICE, Networks.labels(network)) && !networks.holds(network, id)) {
        networks.join(network.getId(), id);
      }
    }
  }

  /** Asks once, in a thread of its own: the engine answers when the container has ended. */
  private void stop(Containers.Known c, long deadlineMillis) {
    long left = deadlineMillis - clock.millis();
    if (!c.runs()) {
      return;
    }
    if (left <= -SLACK_MILLIS) {
      containers.kill(c.id());
    } else if (stopping.add(c.id())) {
      Thread.startVirtualThread(() -> {
        try {
          containers.stop(c.id(), (int) Math.max(0, Math.ceilDiv(left, 1000L)));
        } catch (NaruException e) {
          // Asked again at the next turn.
          return;
        } finally {
          stopping.remove(c.id());
        }
      });
    }
  }

  /** Rank 0 first, the others at once after it; of a gang that is not complete, none. */
  private void start(GroupId id, List<Containers.Known> there) {
    Set<Member> asked = asked(there);
    List<Containers.Known> members = members(there);
    List<Containers.Known> due =
        members.stream()
            .filter(c -> c.state().equals("created") && !asked.contains(member(c)))
            .filter(c -> containers.untouched(c.id()))
            .sorted(Comparator.comparing(Groups::member))
            .toList();
    if (due.isEmpty()) {
      return;
    }
    Map<String, String> labels = due.getFirst().labels();
    if (Tags.isGang(labels) && members.size() < Tags.worldSize(labels)) {
      return;
    }
    join(due);
    List<Runnable> starts =
        due.stream().<Runnable>map(c -> () -> containers.start(c.id())).toList();
    Optional<DockerSecrets.Held> held = secrets.hold(id, Tags.secrets(labels));
    if (held.isEmpty()) {
      return; // a secret is missing: looked at again at the next turn
    }
    try (DockerSecrets.Held _ = held.get()) {
      starts.getFirst().run();
      inParallel(starts.subList(1, starts.size()));
    }
  }

  /** The engine takes one network when a container is made, and all others before it starts. */
  private void join(List<Containers.Known> due) {
    for (Containers.Known c : due) {
      for (String name : Tags.networks(c.labels())) {
        networks.find(name).ifPresent(n -> networks.join(n.getId(), c.id()));
      }
    }
  }

  private static void inParallel(List<Runnable> all) {
    if (all.size() == 1) {
      all.getFirst().run();
      return;
    }
    List<NaruException> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads =
        all.stream()
            .map(work ->
                Thread.startVirtualThread(() -> {
                  try {
                    work.run();
                  } catch (NaruException e) {
                    failures.add(e);
                  }
                }))
            .toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
