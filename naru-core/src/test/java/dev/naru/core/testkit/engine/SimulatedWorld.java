package dev.naru.core.testkit.engine;

import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.MemberEnv;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Program;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Machines, replicas, files and the time, in memory; what is left when a {@link SimulatedEngine} is
 * closed. Nothing happens but what is asked for and what {@link #advance} brings, so the same calls
 * give the same world. Members play their command as words of {@link Puppet}, unless {@link
 * #script} says otherwise.
 */
public final class SimulatedWorld {
  private final List<Node> nodes = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private final Map<GroupId, SimulatedGroup> kept = new HashMap<>();
  private final Map<GroupId, SimulatedGroup> groups =
      new TreeMap<>(Comparator.comparing(GroupId::toString));
  private final Map<String, String> secrets = new TreeMap<>();
  private final Map<String, Set<String>> volumes = new TreeMap<>();
  private final List<Consumer<GroupId>> watchers = new CopyOnWriteArrayList<>();
  private final SimulatedFiles files = new SimulatedFiles();

  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private Duration startTakes = Duration.ofMillis(20);
  private Optional<String> unreachable = Optional.empty();
  private BiFunction<Group, Member, List<String>> script = SimulatedWorld::command;
  private int started;
  private int port = 40_000;

  /** What is there of a group. */
  static final class SimulatedGroup {
    Group group;
    final int coordinator;
    boolean removing;
    final TreeMap<Member, SimulatedReplica> replicas = new TreeMap<>();

    SimulatedGroup(Group group, int coordinator) {
      this.group = group;
      this.coordinator = coordinator;
    }
  }

  /** A world of one machine with eight cores and 16 GiB. */
  public SimulatedWorld() {
    nodes.add(new Node("node-1", new Cpu(8000), Bytes.ofMebibytes(16 << 10)));
  }

  private static List<String> command(Group group, Member member) {
    return group.template().program() instanceof Program.OfImage image
        ? image.command()
        : List.of("listen:127.0.0.1", "forever");
  }

  /** What members do from now on, instead of their command. */
  public synchronized void script(BiFunction<Group, Member, List<String>> words) {
    script = words;
  }

  /** The virtual time. */
  public synchronized Instant now() {
    return now;
  }

  /** Adds a machine. */
  public synchronized void addNode(Node node) {
    nodes.add(node);
  }

  /** How long a member is STARTING from now on. */
  public synchronized void startTakes(Duration time) {
    startTakes = time;
  }

  /** From now on the engine cannot be asked, for that reason. */
  public synchronized void disconnect(String reason) {
    unreachable = Optional.of(reason);
  }

  /** From now on the engine can be asked again. */
  public synchronized void reconnect() {
    unreachable = Optional.empty();
  }

  synchronized Optional<String> unreachable() {
    return unreachable;
  }

  /** Ends a member as if its program had. */
  public synchronized void crash(GroupId id, int index, int code) {
    current(id, index).end(now, Exit.Cause.EXITED, code);
    settle();
  }

  /** Nobody will ever know how that member ended. */
  public synchronized void lose(GroupId id, int index) {
    current(id, index).end(now, Exit.Cause.LOST, -1);
    settle();
  }

  /** A machine goes away with all that is on it. */
  public synchronized void loseNode(String name) {
    lost.add(name);
    for (SimulatedGroup group : groups.values()) {
      for (SimulatedReplica replica : group.replicas.values()) {
        if (replica.node.equals(name)) {
          replica.end(now, Exit.Cause.LOST, -1);
        }
      }
    }
    settle();
  }

  /** Puts a file there, as a workload or a late writer would. */
  public synchronized void write(Location file, String text) {
    files.write(SimulatedFiles.path(file), text);
    settle();
  }

  /** The contents of a file. */
  public synchronized Optional<String> read(Location file) {
    return files.read(SimulatedFiles.path(file));
  }

  /** Lets time pass; what is due happens in order. */
  public synchronized void advance(Duration time) {
    Instant target = now.plus(time);
    settle();
    while (now.isBefore(target)) {
      now = nextDue().filter(d -> d.isBefore(target)).filter(d -> d.isAfter(now)).orElse(target);
      settle();
    }
  }

  private Optional<Instant> nextDue() {
    return groups.values().stream()
        .flatMap(g -> g.replicas.values().stream())
        .flatMap(r -> r.due().stream())
        .min(Comparator.naturalOrder());
  }

  /** Lets everybody do what can be done now; one's file may be what another waits for. */
  void settle() {
    Map<GroupId, List<?>> before = new HashMap<>();
    groups.forEach((id, g) -> before.put(id, seen(g)));
    for (int round = 0; round < 3; round++) {
      for (SimulatedGroup group : groups.values()) {
        group.replicas.values().forEach(r -> r.proceed(now));
      }
    }
    groups.forEach((id, g) -> {
      if (gone(g)) {
        kept.put(id, g);
      }
    });
    groups.values().removeIf(SimulatedWorld::gone);
    before.keySet().stream()
        .sorted(Comparator.comparing(GroupId::toString))
        .filter(id -> !Objects.equals(before.get(id), seenOf(id)))
        .forEach(this::wake);
    notifyAll();
  }

  private static List<?> seen(SimulatedGroup group) {
    return group.replicas.values().stream().map(SimulatedReplica::seen).toList();
  }

  private @Nullable List<?> seenOf(GroupId id) {
    SimulatedGroup group = groups.get(id);
    return group == null ? null : seen(group);
  }

  void wake(GroupId id) {
    watchers.forEach(w -> w.accept(id));
  }

  List<Consumer<GroupId>> watchers() {
    return watchers;
  }

  SimulatedFiles files() {
    return files;
  }

  private static boolean gone(SimulatedGroup group) {
    return group.removing && group.replicas.values().stream().allMatch(SimulatedReplica::ended);
  }

  /** Removed groups, for their logs. */
  Map<GroupId, SimulatedGroup> kept() {
    return kept;
  }

  Map<GroupId, SimulatedGroup> groups() {
    return groups;
  }

  Set<String> volumes(String project) {
    return volumes.computeIfAbsent(project, _ -> new TreeSet<>());
  }

  List<Node> nodes() {
    return nodes.stream().filter(n -> !lost.contains(n.name())).toList();
  }

  /** A group to be; a gang gets a port to meet at. */
  SimulatedGroup make(Group group) {
    SimulatedGroup made = new SimulatedGroup(group, group.kind() == GroupKind.GANG ? ++port : 0);
    groups.put(group.id(), made);
    return made;
  }

  void start(SimulatedGroup of, Member member) {
    Group group = of.group;
    Optional<Integer> listens = listens(group);
    Map<String, String> env =
        new TreeMap<>(MemberEnv.of(group, member, "127.0.0.1", of.coordinator, listens));
    for (Dir dir : group.template().dirs()) {
      env.put(dir.env(), SimulatedFiles.path(dir.location()));
      if (dir.writable()) {
        files.folder(SimulatedFiles.path(dir.location()));
      }
    }
    started++;
    env.put("TMPDIR", "tmp/" + started);
    List<Node> there = nodes();
    SimulatedReplica.Place place =
        new SimulatedReplica.Place(
            "sim-" + started,
            there.get(started % there.size()).name(),
            listens.map(p -> "127.0.0.1:" + p));
    of.replicas.put(
        member,
        new SimulatedReplica(
            group,
            member,
            place,
            env,
            script.apply(group, member),
            now,
            now.plus(startTakes),
            files,
            secrets));
  }

  /** Sets a secret; every project has the same ones. */
  public synchronized void setSecret(String name, String value) {
    secrets.put(name, value);
  }

  private Optional<Integer> listens(Group group) {
    if (group.template().program() instanceof Program.Gateway gateway) {
      return Optional.of(gateway.port());
    }
    return group.template().port().map(_ -> ++port);
  }

  /** The newest replica of an index. */
  SimulatedReplica current(GroupId id, int index) {
    SimulatedGroup group = groups.get(id);
    if (group != null) {
      for (SimulatedReplica replica : group.replicas.descendingMap().values()) {
        if (replica.member.index() == index && !replica.ended()) {
          return replica;
        }
      }
    }
    throw SimulatedEngine.notFound(id, "running replica " + index);
  }

  /** Whether a replica listens at an address. */
  public synchronized boolean answers(String address) {
    return replicas().anyMatch(r -> r.listens() && r.address.equals(Optional.of(address)));
  }

  /** Whether a temporary directory is there. */
  public synchronized boolean hasTemporary(String path) {
    return replicas().anyMatch(r -> r.temporary.equals(path) && !r.ended());
  }

  private Stream<SimulatedReplica> replicas() {
    return groups.values().stream().flatMap(g -> g.replicas.values().stream());
  }
}
