package dev.naru.core.decide;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * As little of an engine as decisions need, with a clock that tests move. It does what the Javadoc
 * of {@code Engine} says, and throws where a decision would do harm: a gang started again after it
 * was removed, a model version taken twice.
 */
public final class FakeEngine {
  private final SortedMap<GroupId, Held> groups =
      new TreeMap<>(Comparator.comparing(GroupId::toString));
  private final Set<GroupId> removedGangs = new HashSet<>();
  private final Map<String, SortedMap<Integer, Long>> checkpoints = new HashMap<>();
  private final Map<Question.Resume, Fact.Resume> resumes = new HashMap<>();
  private final Map<Location, Location> published = new HashMap<>();
  private final List<String> log = new ArrayList<>();

  /** The moment. */
  public Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** Whether nobody answers. */
  public boolean away;

  /** From this index on, what starts finds no node. */
  public int placed = Integer.MAX_VALUE;

  /** Whether members that are asked to stop need to be killed. */
  public boolean stubborn;

  /** The metrics that models come with. */
  public SortedMap<String, Double> metrics = new TreeMap<>(Map.of("auc", 0.95));

  private static final class Held {
    private final SortedMap<Member, Body> bodies = new TreeMap<>();
    private Group group;
    private boolean removing;

    Held(Group group) {
      this.group = group;
    }
  }

  private static final class Body {
    private Replica.Phase phase = Replica.Phase.STARTING;
    private Optional<Exit> exit = Optional.empty();
    private Optional<Progress> progress = Optional.empty();
    private Optional<Instant> killAt = Optional.empty();
  }

  /** Later by that much: what starts runs then, what was asked to stop has ended. */
  public void later(Duration time) {
    now = now.plus(time);
    for (Held held : groups.values()) {
      for (Map.Entry<Member, Body> e : held.bodies.entrySet()) {
        Body body = e.getValue();
        boolean killed = body.killAt.filter(at -> !at.isAfter(now)).isPresent();
        if (body.phase == Replica.Phase.STARTING && e.getKey().index() < placed) {
          body.phase = Replica.Phase.RUNNING;
        } else if (body.phase == Replica.Phase.STOPPING && (killed || !stubborn)) {
          end(body, new Exit(Exit.Cause.EXITED, killed ? 137 : 143, true, now));
        }
      }
    }
    groups
        .values()
        .removeIf(h ->
            h.removing && h.bodies.values().stream().allMatch(b -> b.phase == Replica.Phase.ENDED));
  }

  /** See {@code Engine}. */
  public void apply(Group group) {
    log.add("apply " + group.id().name() + " " + group.members());
    if (removedGangs.contains(group.id())) {
      throw new AssertionError(group.id() + " was applied after it was removed");
    }
    Held held = groups.computeIfAbsent(group.id(), _ -> new Held(group));
    if (held.removing) {
      throw new AssertionError(group.id() + " was applied while it is removed");
    }
    if (!held.group.template().equals(group.template())) {
      throw new AssertionError("the template of " + group.id() + " changed");
    }
    held.group = group;
    for (Map.Entry<Member, Body> e : held.bodies.entrySet()) {
      if (!group.members().contains(e.getKey())) {
        stop(e.getValue(), group.template().grace());
      }
    }
    group.members().forEach(m -> held.bodies.computeIfAbsent(m, _ -> new Body()));
  }

  /** See {@code Engine}. */
  public void remove(GroupId id, Duration grace) {
    log.add("remove " + id.name() + " " + grace);
    Held held = groups.get(id);
    if (id.kind() == Kind.TRAINING && held != null && !held.bodies.isEmpty()) {
      removedGangs.add(id);
    }
    if (held != null) {
      held.removing = true;
      held.bodies.values().forEach(b -> stop(b, grace));
    }
  }

  private void stop(Body body, Duration grace) {
    if (body.phase != Replica.Phase.ENDED && body.phase != Replica.Phase.STOPPING) {
      body.phase = Replica.Phase.STOPPING;
      body.killAt = Optional.of(now.plus(grace));
    }
  }

  /** Everything that there is of one workload or of all. */
  public Map<GroupId, Observation> observed() {
    Map<GroupId, Observation> seen = new HashMap<>();
    groups.forEach(
        (id, held) -> seen.put(id, away ? new Observation.Unknown("nobody answers") : seen(held)));
    return seen;
  }

  private Observation seen(Held held) {
    List<Replica> replicas = new ArrayList<>();
    held.bodies.forEach((member, body) ->
        replicas.add(
            new Replica(
                member,
                body.phase,
                body.exit,
                "h" + member,
                body.phase == Replica.Phase.STARTING ? "" : "n1",
                body.phase == Replica.Phase.RUNNING
                    ? Optional.of("127.0.0.1:" + (4000 + member.index()))
                    : Optional.empty(),
                body.progress,
                now,
                body.phase == Replica.Phase.STARTING ? "no node" : "")));
    return new Observation.Seen(replicas);
  }

  /** See {@code Engine}. */
  public Fact ask(Question question) {
    if (away) {
      return new Fact.Unknown("nobody answers");
    }
    return switch (question) {
      case Question.Resume q -> resumes.computeIfAbsent(q, this::resume);
      case Question.Checkpoint q ->
          new Fact.Checkpoint(Optional.ofNullable(of(q.run()).get(q.attempt())));
      case Question.Seal _ -> new Fact.Sealed("sha256:5ea1", 3, 300);
      case Question.Publish q -> {
        Location before = published.putIfAbsent(q.target(), q.model());
        if (before != null && !before.equals(q.model())) {
          throw new AssertionError(q.target() + " was taken by " + before);
        }
        yield new Fact.Published("sha256:" + q.model().path(), 100, metrics);
      }
      case Question.Files _ -> new Fact.Files(List.of());
      case Question.Attach _ -> new Fact.Attached();
    };
  }

  private Fact.Resume resume(Question.Resume q) {
    if (q.attempt() == 1) {
      return new Fact.Resume(Optional.empty(), 0, false);
    }
    Long own = of(q.run()).get(q.attempt() - 1);
    if (own != null) {
      Location from = q.run().resolve("attempts/" + (q.attempt() - 1) + "/step-" + own);
      return new Fact.Resume(Optional.of(from), own, true);
    }
    Fact.Resume before = (Fact.Resume) ask(new Question.Resume(q.run(), q.attempt() - 1));
    return new Fact.Resume(before.from(), before.step(), false);
  }

  private SortedMap<Integer, Long> of(Location.InVolume run) {
    return checkpoints.computeIfAbsent(run.path(), _ -> new TreeMap<>());
  }

  /** An attempt of a run writes a checkpoint. */
  public void checkpoint(String runDir, int attempt, long step) {
    checkpoints.computeIfAbsent(runDir, _ -> new TreeMap<>()).put(attempt, step);
  }

  /** A member is asked to stop by somebody who drains its node. */
  public void drain(GroupId id, int index) {
    live(id, index).ifPresent(b -> stop(b, Duration.ofHours(1)));
  }

  /** A member ends by itself. */
  public void exit(GroupId id, int index, int code) {
    exit(id, index, Exit.Cause.EXITED, code);
  }

  /** A member ends in that way. */
  public void exit(GroupId id, int index, Exit.Cause cause, int code) {
    live(id, index)
        .ifPresent(b -> end(b, new Exit(cause, code, b.phase == Replica.Phase.STOPPING, now)));
  }

  /** Every live member of a group ends with that code. */
  public void exitAll(GroupId id, int code) {
    Held held = groups.get(id);
    if (held == null) {
      throw new AssertionError("there is no " + id);
    }
    held.bodies.keySet().forEach(m -> exit(id, m.index(), code));
  }

  private static void end(Body body, Exit exit) {
    body.phase = Replica.Phase.ENDED;
    body.exit = Optional.of(exit);
  }

  /** A member says how far it is. */
  public void progress(GroupId id, int index, long step) {
    live(id, index)
        .ifPresent(b ->
            b.progress = Optional.of(new Progress(step, Optional.of(100L), new TreeMap<>(), now)));
  }

  private Optional<Body> live(GroupId id, int index) {
    Held held = groups.get(id);
    return held == null
        ? Optional.empty()
        : held.bodies.entrySet().stream()
            .filter(e -> e.getKey().index() == index && e.getValue().phase != Replica.Phase.ENDED)
            .map(Map.Entry::getValue)
            .findFirst();
  }

  /** The engine loses all memory of a group. */
  public void forget(GroupId id) {
    groups.remove(id);
  }

  /** The engine loses all memory of a member. */
  public void forget(GroupId id, Member member) {
    Held held = groups.get(id);
    if (held != null) {
      held.bodies.remove(member);
    }
  }

  /** The groups with members that have not ended. */
  public List<GroupId> live() {
    return groups.entrySet().stream()
        .filter(e ->
            e.getValue().bodies.values().stream().anyMatch(b -> b.phase != Replica.Phase.ENDED))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The members of a group that run, as they are written. */
  public List<String> running(GroupId id) {
    Held held = groups.get(id);
    return held == null
        ? List.of()
        : held.bodies.entrySet().stream()
            .filter(e -> e.getValue().phase == Replica.Phase.RUNNING)
            .map(e -> e.getKey().toString())
            .toList();
  }

  /** What was done since this was asked last. */
  public List<String> done() {
    List<String> done = List.copyOf(log);
    log.clear();
    return done;
  }
}
