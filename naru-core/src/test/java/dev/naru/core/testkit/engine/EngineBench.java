package dev.naru.core.testkit.engine;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.LogQuery;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.core.engine.Template;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Metadata;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import dev.naru.spec.Volume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A home of its own with an engine on it, for one test: what the claims need beside the port. An
 * engine's tests say how an engine is opened, how time passes and how files are seen.
 */
public abstract class EngineBench implements AutoCloseable {
  /** Project of all that is made here. */
  public static final String PROJECT = "contract";

  /** Volume of all that is written here. */
  public static final String VOLUME = "data";

  private static final Duration STEP = Duration.ofMillis(10);

  private @Nullable Engine engine;
  private @Nullable String digest;

  /** Opens an engine on this bench's home; the one before was closed. */
  protected abstract Engine open();

  /** The image of {@link Puppet}. */
  protected abstract Image puppet();

  /** The folder that the image's source is in. */
  protected abstract Path folder();

  /** Changes the image's source. */
  protected abstract void changePuppet();

  /** Lets that much time pass. */
  protected abstract void pass(Duration time);

  /** Puts a file where workloads see it, with the folders above it. */
  protected abstract void write(Location file, String text);

  /** The contents of a file. */
  protected abstract Optional<String> read(Location file);

  /** Whether what a replica left in its temporary directory is still there. */
  protected abstract boolean hasTemporary(GroupId id, Member member, String path);

  /** Sets a secret of the project. */
  protected abstract void setSecret(String name, String value);

  /** Whether something answers at an address that the engine told. */
  protected abstract boolean answers(String address);

  /** Why this engine cannot have that; empty where it has it. */
  protected String lacks(Ability ability) {
    return "";
  }

  /** Path of a file of this machine that exists and is no business of workloads. */
  protected String fileOfTheMachine() {
    return folder().resolve("puppet.jar").toString();
  }

  /** The word by which a member listens where this bench can reach it. */
  protected String listen() {
    return "listen:127.0.0.1";
  }

  /** How long something may take that is only a matter of time. */
  protected Duration limit() {
    return Duration.ofSeconds(30);
  }

  /** The engine in use. */
  public final Engine engine() {
    Engine now = engine;
    if (now == null) {
      now = open();
      now.ensureVolume(
          PROJECT,
          new Volume(
              new Metadata(VOLUME, Optional.empty(), Map.of(), Map.of()),
              new Volume.Spec(Bytes.ofMebibytes(64), Volume.Access.ReadWriteMany)));
      engine = now;
    }
    return now;
  }

  /** Lets go of the engine without opening another. */
  public final void letGo() {
    Engine now = engine;
    engine = null;
    if (now != null) {
      now.close();
    }
  }

  /** Digest under which the puppet is kept. */
  public final String kept() {
    String now = digest;
    if (now == null) {
      now = engine().keep(puppet(), folder());
      digest = now;
    }
    return now;
  }

  /** Waits until something holds. */
  public final void until(String what, BooleanSupplier holds) {
    for (Duration waited = Duration.ZERO; !holds.getAsBoolean(); waited = waited.plus(STEP)) {
      if (waited.compareTo(limit()) > 0) {
        throw new AssertionError("not within " + limit().toSeconds() + " s: " + what);
      }
      pass(STEP);
    }
  }

  /** The first attempt of a training's run, as a gang of that many ranks. */
  public final Group gang(String name, int ranks, String... words) {
    GroupId id = new GroupId(PROJECT, Kind.TRAINING, name, 1, 1);
    return new Group(id, GroupKind.GANG, template(ranks, words), members(ranks), List.of());
  }

  /** The same with the link that lets its ranks talk. */
  public static Group linked(Group gang) {
    String ref = "training/" + gang.id().workload();
    return new Group(
        gang.id(),
        gang.kind(),
        gang.template(),
        gang.members(),
        List.of(Link.whole(ref, ref, "spec.workers")));
  }

  /** The shards of a preparation's run. */
  public final Group shards(String name, int shards, String... words) {
    GroupId id = new GroupId(PROJECT, Kind.PREPARATION, name, 1, 0);
    return new Group(id, GroupKind.SHARDS, template(shards, words), members(shards), List.of());
  }

  /** A revision's replicas, which listen. */
  public final Group service(String name, int replicas, String... words) {
    GroupId id = new GroupId(PROJECT, Kind.INFERENCE, name, 1, 0);
    return new Group(
        id, GroupKind.SERVICE, listening(template(1, words)), members(replicas), List.of());
  }

  /** The same with other members. */
  public static Group with(Group group, List<Member> members) {
    return new Group(group.id(), group.kind(), group.template(), members, group.links());
  }

  /** The same with those directories instead. */
  public static Group dirs(Group group, List<Dir> dirs) {
    Template t = group.template();
    return new Group(
        group.id(),
        group.kind(),
        new Template(
            t.program(),
            t.env(),
            dirs,
            t.resources(),
            t.limits(),
            t.grace(),
            t.port(),
            t.worldSize()),
        group.members(),
        group.links());
  }

  /** The same with secrets. */
  public static Group secrets(Group group, List<SecretFile> secrets) {
    Template t = group.template();
    return new Group(
        group.id(),
        group.kind(),
        new Template(
            t.program(),
            t.env(),
            t.dirs(),
            t.resources(),
            t.limits(),
            t.grace(),
            t.port(),
            secrets,
            t.worldSize()),
        group.members(),
        group.links());
  }

  /** The same as another attempt. */
  public static Group attempt(Group group, int attempt) {
    GroupId id = group.id();
    return new Group(
        new GroupId(id.project(), id.kind(), id.workload(), id.run(), attempt),
        group.kind(),
        group.template(),
        group.members(),
        group.links());
  }

  /** The same with another grace. */
  public static Group grace(Group group, Duration grace) {
    Template t = group.template();
    return new Group(
        group.id(),
        group.kind(),
        new Template(
            t.program(),
            t.env(),
            t.dirs(),
            t.resources(),
            t.limits(),
            grace,
            t.port(),
            t.worldSize()),
        group.members(),
        group.links());
  }

  /** Members 0 to {@code n - 1}, each started for the first time. */
  public static List<Member> members(int n) {
    return IntStream.range(0, n).mapToObj(i -> new Member(i, 0)).toList();
  }

  private Template template(int size, String... words) {
    return new Template(
        new Program.OfImage(kept(), puppet().spec().runsOn(), List.of(words)),
        new TreeMap<>(Map.of("NARU_RUN", "contract-1", "GREETING", "hello, 'you' $HOME")),
        List.of(new Dir("NARU_OUTPUT", output(), true)),
        new Resources(new Cpu(100), Bytes.ofMebibytes(96)),
        new Limits(Optional.empty()),
        Duration.ofSeconds(20),
        Optional.empty(),
        size);
  }

  private static Template listening(Template t) {
    return new Template(
        t.program(),
        t.env(),
        t.dirs(),
        t.resources(),
        t.limits(),
        t.grace(),
        Optional.of(8080),
        t.worldSize());
  }

  /** The directory {@code NARU_OUTPUT} of all groups. */
  public static Location output() {
    return new Location.InVolume(PROJECT, VOLUME, "out");
  }

  /** The answer to a question, once there is one. */
  public final Fact ask(Question question) {
    Fact fact = engine().ask(question);
    for (Duration waited = Duration.ZERO;
        (fact instanceof Fact.Pending || fact instanceof Fact.Unknown)
            && waited.compareTo(limit()) <= 0;
        waited = waited.plus(STEP)) {
      pass(STEP);
      fact = engine().ask(question);
    }
    return fact;
  }

  /** Applies a group and waits until all its members run. */
  public final void run(Group group) {
    engine().apply(group);
    until(
        "all members of " + group.id() + " run",
        () ->
            group.members().stream()
                .allMatch(m -> phase(group.id(), m).equals(Optional.of(Replica.Phase.RUNNING))));
  }

  /** What is seen of a group; fails when it is not seen. */
  public final List<Replica> seen(GroupId id) {
    return switch (engine().observe(id)) {
      case Observation.Seen seen -> seen.replicas();
      case Observation.Absent _ -> throw new AssertionError(id + " is absent");
      case Observation.Unknown unknown -> throw new AssertionError(id + ": " + unknown.reason());
    };
  }

  /** One replica; fails when it is not seen. */
  public final Replica replica(GroupId id, Member member) {
    return new Observation.Seen(seen(id))
        .replica(member)
        .orElseThrow(() -> new AssertionError(id + " has no " + member));
  }

  /** Where a replica stands; empty when it is not seen. */
  public final Optional<Replica.Phase> phase(GroupId id, Member member) {
    return engine().observe(id) instanceof Observation.Seen seen
        ? seen.replica(member).map(Replica::phase)
        : Optional.empty();
  }

  /** Waits until a replica has ended. */
  public final Exit end(GroupId id, Member member) {
    until(
        member + " of " + id + " ends",
        () -> phase(id, member).equals(Optional.of(Replica.Phase.ENDED)));
    return replica(id, member).exit().orElseThrow();
  }

  /** Waits until a replica has written a line. */
  public final void line(GroupId id, Member member, String line) {
    until(member + " of " + id + " prints " + line, () -> lines(id, member).contains(line));
  }

  /** All lines of a replica so far. */
  public final List<String> lines(GroupId id, Member member) {
    List<String> lines = new ArrayList<>();
    engine().logs(new LogQuery(id, member, -1, false), lines::add);
    return lines;
  }

  /** The same of a group that is gone; none where its logs are not kept. */
  public final List<String> keptLines(GroupId id, Member member) {
    try {
      return lines(id, member);
    } catch (NaruException e) {
      return List.of();
    }
  }

  /** What a replica printed for {@code env:NAME}; waits for it. */
  public final String env(GroupId id, Member member, String name) {
    until(
        member + " prints " + name,
        () -> lines(id, member).stream().anyMatch(l -> l.startsWith(name + "=")));
    return lines(id, member).stream()
        .filter(l -> l.startsWith(name + "="))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  /** Waits until nothing of a group is left. */
  public final void gone(GroupId id) {
    until(id + " is gone", () -> engine().observe(id) instanceof Observation.Absent);
  }

  /** Removes all groups and lets go of the engine. */
  @Override
  public void close() {
    for (GroupId id : engine().groups()) {
      engine().remove(id, Duration.ZERO);
    }
    until("all groups are gone", () -> engine().groups().isEmpty());
    letGo();
  }
}
