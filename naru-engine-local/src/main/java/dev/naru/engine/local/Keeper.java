package dev.naru.engine.local;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Makes groups what their files say they shall be. Every step may be done twice. */
final class Keeper {
  /** Ended members that are no longer named and yet remembered, for each group. */
  private static final int KEPT_ENDS = 32;

  private final GroupStore store;
  private final Starter starter;
  private final Stopper stopper;
  private final Observer observer;
  private final SecretFiles secrets;
  private final Proc proc;
  private final Ports ports;
  private final Clock clock;
  private final Map<GroupId, Object> locks = new ConcurrentHashMap<>();
  private final Object choosingPorts = new Object();

  Keeper(
      GroupStore store,
      Starter starter,
      Stopper stopper,
      Observer observer,
      SecretFiles secrets,
      Proc proc,
      Ports ports,
      Clock clock) {
    this.store = store;
    this.starter = starter;
    this.stopper = stopper;
    this.observer = observer;
    this.secrets = secrets;
    this.proc = proc;
    this.ports = ports;
    this.clock = clock;
  }

  /** Orders what is done to one group; others go on beside. */
  private Object lock(GroupId id) {
    return locks.computeIfAbsent(id, _ -> new Object());
  }

  void apply(Group group) throws IOException {
    synchronized (lock(group.id())) {
      Optional<GroupFile> before = store.read(group.id());
      if (before.filter(GroupFile::removing).isPresent()) {
        throw new NaruException(
            NaruException.Code.CONFLICT,
            "cannot apply " + group.id() + ": it is being removed; try again once it is gone");
      }
      GroupFile wanted = intend(before, group);
      keep(wanted);
      prune(wanted);
    }
  }

  /** Writes the intent, with a port for each member that needs one and has none. */
  private GroupFile intend(Optional<GroupFile> before, Group group) throws IOException {
    synchronized (choosingPorts) {
      Set<Integer> taken = null;
      SortedMap<Member, Integer> given =
          new TreeMap<>(before.map(GroupFile::ports).orElse(new TreeMap<>()));
      if (listens(group)) {
        for (Member member : group.members()) {
          if (!given.containsKey(member)) {
            taken = taken == null ? taken() : taken;
            given.put(member, choose(taken));
          }
        }
      }
      int coordinator = before.map(GroupFile::coordinator).orElse(0);
      if (coordinator == 0 && group.kind() == GroupKind.GANG) {
        taken = taken == null ? taken() : taken;
        taken.addAll(given.values());
        coordinator = choose(taken);
      }
      Group whole = before.map(b -> b.with(group.members())).orElse(group);
      GroupFile wanted = new GroupFile(whole, given, coordinator, false);
      if (!before.equals(Optional.of(wanted))) {
        store.write(wanted);
      }
      return wanted;
    }
  }

  private int choose(Set<Integer> taken) {
    int port = ports.choose(taken);
    taken.add(port);
    return port;
  }

  private static boolean listens(Group group) {
    return group.template().port().isPresent()
        && !(group.template().program() instanceof Program.Gateway);
  }

  private Set<Integer> taken() throws IOException {
    Set<Integer> taken = new HashSet<>();
    for (GroupFile file : store.all()) {
      taken.addAll(file.ports().values());
      taken.add(file.coordinator());
    }
    return taken;
  }

  void remove(GroupId id, Duration grace) throws IOException {
    synchronized (lock(id)) {
      Optional<GroupFile> before = store.read(id);
      if (before.isEmpty()) {
        return;
      }
      // Asked first: whoever finds a group that is being removed kills what was not asked.
      Instant deadline = clock.instant().plus(grace);
      for (MemberDir dir : store.members(before.get())) {
        stopper.ask(dir, deadline);
      }
      if (!before.get().removing()) {
        store.write(before.get().remove());
      }
    }
  }

  /** Does what is due for a group, as its file says. */
  void keep(GroupId id) throws IOException {
    synchronized (lock(id)) {
      Optional<GroupFile> file = store.read(id);
      if (file.isPresent()) {
        keep(file.get());
      }
    }
  }

  private void keep(GroupFile file) throws IOException {
    Set<Member> named = new HashSet<>(file.group().members());
    for (MemberDir dir : store.members(file)) {
      if (dir.deadline().isPresent()) {
        stopper.proceed(dir);
      } else if (!file.removing() && named.contains(dir.member())) {
        Files.createDirectories(dir.path());
        starter.start(file, dir);
      } else {
        Duration grace = file.removing() ? Duration.ZERO : file.group().template().grace();
        stopper.ask(dir, clock.instant().plus(grace));
      }
    }
    if (file.removing() && gone(file)) {
      forget(file);
    }
  }

  /** A service may lose members for years: only the newest ends are kept. */
  private void prune(GroupFile file) throws IOException {
    Set<Member> named = new HashSet<>(file.group().members());
    List<Replica> ended = new ArrayList<>();
    for (Replica replica : look(file)) {
      if (replica.phase() == Replica.Phase.ENDED && !named.contains(replica.member())) {
        ended.add(replica);
      }
    }
    ended.sort(Comparator.comparing(r -> r.exit().orElseThrow().at()));
    for (Replica replica : ended.subList(0, Math.max(0, ended.size() - KEPT_ENDS))) {
      MemberDir dir = store.member(file.group().id(), replica.member());
      secrets.end(dir);
      Durable.deleteTree(dir.path());
      observer.forget(dir);
      starter.forget(dir);
    }
  }

  /** Whether neither a replica nor the parent of one is left. */
  private boolean gone(GroupFile file) throws IOException {
    for (MemberDir dir : store.members(file)) {
      boolean parent = dir.claim() instanceof MemberDir.Claim.By by && proc.alive(by.parent());
      if (parent || observer.look(file, dir).phase() != Replica.Phase.ENDED) {
        return false;
      }
    }
    return true;
  }

  private void forget(GroupFile file) throws IOException {
    List<MemberDir> dirs = store.members(file);
    for (MemberDir dir : dirs) {
      Cgroups.remove(dir.cgroups());
      secrets.end(dir);
    }
    store.forget(file);
    dirs.forEach(observer::forget);
    dirs.forEach(starter::forget);
  }

  /** Takes away what a replica that has ended needs no more. */
  void clean(MemberDir dir) throws IOException {
    secrets.end(dir);
  }

  /** Every replica of a group, as it is. */
  List<Replica> look(GroupFile file) throws IOException {
    List<Replica> replicas = new ArrayList<>();
    for (MemberDir dir : store.members(file)) {
      if (Files.isDirectory(dir.path())) {
        replicas.add(observer.look(file, dir));
      }
    }
    return replicas;
  }
}
