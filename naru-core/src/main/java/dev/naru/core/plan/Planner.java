package dev.naru.core.plan;

import dev.naru.core.engine.Features;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Link;
import dev.naru.core.engine.Links;
import dev.naru.core.engine.Node;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a file and what is kept of its project: what would be kept then, and what that changes.
 * Pure.
 */
public final class Planner {
  private Planner() {}

  /**
   * What the project's objects become when the file is applied. Objects that change nothing are the
   * same; a new one has version 0.
   *
   * @param project name of the project
   * @param resources of the file
   * @param stored the project's objects as kept now
   * @param imageDigests digest of each Image of the file, by name
   * @param now the moment, when new ones are created
   */
  public static List<Stored> applied(
      String project,
      List<Resource> resources,
      List<Stored> stored,
      Map<String, String> imageDigests,
      Instant now) {
    Map<Key, Stored> before = new HashMap<>();
    stored.forEach(s -> before.put(s.key(), s));
    List<Stored> after = new ArrayList<>();
    for (Resource resource : resources) {
      Key key = Wishes.key(project, resource);
      Stored old = before.remove(key);
      Stored next =
          old == null
              ? new Stored(key, 0, 1, resource, Stored.Desired.UP, none(resource), now)
              : old.with(resource).with(Stored.Desired.UP);
      if (resource instanceof Image image) {
        next = next.with(new State.OfThing(Optional.ofNullable(imageDigests.get(image.name()))));
      }
      after.add(next);
    }
    for (Stored gone : before.values()) {
      after.add(gone.resource() instanceof Volume ? gone : gone.with(Stored.Desired.REMOVED));
    }
    after.sort(
        Comparator.comparing((Stored s) -> s.key().kind()).thenComparing(s -> s.key().name()));
    return after;
  }

  private static State none(Resource resource) {
    return switch (resource) {
      case Image _, Volume _ -> new State.OfThing(Optional.empty());
      case Preparation _, Training _ -> State.OfRuns.none();
      case Inference _ -> State.OfService.none();
    };
  }

  /**
   * What becomes of the project.
   *
   * @param before its objects as kept now
   * @param after what {@link #applied} made of them
   * @param judgements of the engine
   * @param nodes of the engine, for what can never have room
   * @param features of the engine
   */
  public static Plan plan(
      List<Stored> before,
      List<Stored> after,
      List<Judgement> judgements,
      List<Node> nodes,
      Features features) {
    Map<Key, Stored> old = new HashMap<>();
    before.forEach(s -> old.put(s.key(), s));
    Wishes wishesBefore = new Wishes(before);
    Wishes wishesAfter = new Wishes(after);
    List<Plan.Change> changes = new ArrayList<>();
    List<Judgement> all = new ArrayList<>(judgements);
    List<Link> links = new ArrayList<>();
    RoomJudge rooms = new RoomJudge(nodes, features, wishesAfter);
    for (Stored next : after) {
      Optional<Stored> was = Optional.ofNullable(old.get(next.key()));
      change(was, next, wishesBefore, wishesAfter).ifPresent(changes::add);
      if (next.desired() == Stored.Desired.UP && next.resource() instanceof Workload workload) {
        rooms.judge(workload).ifPresent(all::add);
        links.addAll(Links.of(workload));
      }
    }
    all.addAll(
        VolumeHolds.judge(after.stream().filter(s -> s.desired() == Stored.Desired.UP).toList()));
    return new Plan(changes, all, links);
  }

  private static Optional<Plan.Change> change(
      Optional<Stored> was, Stored next, Wishes wishesBefore, Wishes wishesAfter) {
    if (next.desired() == Stored.Desired.REMOVED) {
      if (was.isEmpty() || was.get().desired() == Stored.Desired.REMOVED) {
        return Optional.empty();
      }
      return Optional.of(
          change(Plan.Action.REMOVE, next, "the file no longer names it", isBusy(was.get())));
    }
    boolean fresh = was.isEmpty() || was.get().desired() == Stored.Desired.REMOVED;
    return Optional.of(
        switch (next.resource()) {
          case Image _, Volume _ -> thing(was, next, fresh);
          case Preparation p -> run(was, next, p, fresh, wishesAfter);
          case Training t -> run(was, next, t, fresh, wishesAfter);
          case Inference i -> service(was, next, i, fresh, wishesBefore, wishesAfter);
        });
  }

  private static Plan.Change thing(Optional<Stored> was, Stored next, boolean fresh) {
    if (fresh) {
      return change(Plan.Action.CREATE, next, "new", false);
    }
    boolean same =
        was.orElseThrow().resource().equals(next.resource())
            && was.get().state().equals(next.state());
    if (same) {
      return was.get().desired() == Stored.Desired.UP || next.resource() instanceof Volume
          ? change(Plan.Action.KEEP, next, "unchanged", false)
          : change(Plan.Action.START, next, "unchanged", false);
    }
    return change(Plan.Action.UPDATE, next, "changed", false);
  }

  private static Plan.Change run(
      Optional<Stored> was, Stored next, Workload workload, boolean fresh, Wishes wishes) {
    State.OfRuns runs = (State.OfRuns) next.state();
    Optional<String> key = wishes.runKey(workload);
    Optional<Run> active = runs.active();
    Optional<Run> finished = runs.lastFinished();
    String name = next.key().name() + "-";
    boolean same = was.filter(w -> w.resource().equals(next.resource())).isPresent();
    if (active.isPresent()) {
      if (key.equals(Optional.of(active.get().key()))) {
        return same
            ? change(Plan.Action.KEEP, next, name + active.get().number() + " is running", false)
            : change(Plan.Action.UPDATE, next, name + active.get().number() + " goes on", false);
      }
      return change(
          Plan.Action.REPLACE,
          next,
          "%s%d is stopped, %s%d runs instead: what it depends on changed"
              .formatted(name, active.get().number(), name, runs.lastRun() + 1),
          true);
    }
    if (finished.isPresent() && key.equals(Optional.of(finished.get().key()))) {
      Run run = finished.get();
      String how = run.phase() == Run.Phase.SUCCEEDED ? " succeeded" : " failed: " + run.message();
      boolean up = !fresh && was.orElseThrow().desired() == Stored.Desired.UP;
      return same && up
          ? change(Plan.Action.KEEP, next, name + run.number() + how, false)
          : change(
              up ? Plan.Action.UPDATE : Plan.Action.START,
              next,
              name + run.number() + how + "; no new run is needed",
              false);
    }
    Optional<Run> stopped = runs.last().filter(r -> r.phase() == Run.Phase.STOPPED);
    if (stopped.isPresent() && key.equals(Optional.of(stopped.get().key()))) {
      return change(
          Plan.Action.START,
          next,
          name + stopped.get().number() + " goes on where it was stopped",
          false);
    }
    return change(
        Plan.Action.RUN,
        next,
        "runs as %s%d: %s"
            .formatted(
                name,
                runs.lastRun() + 1,
                finished.isPresent() ? "what it depends on changed" : "it never ran"),
        false);
  }

  private static Plan.Change service(
      Optional<Stored> was,
      Stored next,
      Inference inference,
      boolean fresh,
      Wishes wishesBefore,
      Wishes wishesAfter) {
    if (fresh) {
      return change(Plan.Action.CREATE, next, "new", false);
    }
    Stored old = was.orElseThrow();
    if (old.desired() != Stored.Desired.UP) {
      return change(Plan.Action.START, next, "comes up again", false);
    }
    Inference before = (Inference) old.resource();
    boolean sameImage = wishesBefore.image(before).equals(wishesAfter.image(inference));
    if (before.equals(inference) && sameImage) {
      return change(Plan.Action.KEEP, next, "unchanged", false);
    }
    Inference.Spec a = before.spec();
    Inference.Spec b = inference.spec();
    boolean sameReplicas =
        sameImage
            && a.model().equals(b.model())
            && a.command().equals(b.command())
            && a.port().equals(b.port())
            && a.ready().equals(b.ready())
            && a.env().equals(b.env())
            && a.secrets().equals(b.secrets())
            && a.resources().equals(b.resources())
            && a.limits().equals(b.limits())
            && a.grace().equals(b.grace())
            && a.egress().equals(b.egress());
    return sameReplicas
        ? change(Plan.Action.UPDATE, next, "its replicas stay", false)
        : change(
            Plan.Action.REPLACE,
            next,
            "its replicas are replaced one by one, without a pause",
            false);
  }

  private static boolean isBusy(Stored object) {
    return switch (object.state()) {
      case State.OfRuns runs -> runs.active().isPresent();
      case State.OfService service -> !service.revisions().isEmpty();
      case State.OfThing _ -> false;
    };
  }

  private static Plan.Change change(
      Plan.Action action, Stored object, String detail, boolean loses) {
    return new Plan.Change(action, object.key().ref(), detail, loses);
  }
}
