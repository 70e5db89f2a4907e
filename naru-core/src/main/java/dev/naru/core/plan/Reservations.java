package dev.naru.core.plan;

import dev.naru.core.decide.Capacity;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.run.RunGroups;
import dev.naru.core.serve.ServiceGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.Run;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Kind;
import dev.naru.spec.Resources;
import dev.naru.spec.Training;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What decided replicas reserve. A reservation begins with the decision, before anything runs, and
 * ends when nothing is left; so two decisions can never promise the same room.
 */
public final class Reservations {
  private Reservations() {}

  /**
   * The reservation of one replica.
   *
   * @param key its workload
   * @param node where it is, or counts as long as it is nowhere
   * @param each what it reserves
   * @param counted whether the engine has taken it off that node already
   */
  public record Reservation(Key key, String node, Resources each, boolean counted) {}

  /**
   * All of them. What is nowhere yet is placed as {@link Capacity#place} would, so that it counts
   * wherever it may end up.
   *
   * @param objects everything stored
   * @param observed what the engine said of their groups
   * @param nodes of the engine
   */
  public static List<Reservation> of(
      List<Stored> objects, Map<GroupId, Observation> observed, List<Node> nodes) {
    Set<String> counted = new HashSet<>();
    nodes.forEach(n -> counted.addAll(n.counted()));
    List<Reservation> placed = new ArrayList<>();
    List<Reservation> nowhere = new ArrayList<>();
    for (Stored object : objects) {
      decided(
          object,
          observed,
          (id, member, each) -> {
            Optional<Replica> replica = replica(observed.get(id), member);
            String node = replica.map(Replica::node).orElse("");
            boolean taken =
                replica.filter(r -> counted.contains(id.project() + "/" + r.handle())).isPresent();
            (node.isEmpty() && !taken ? nowhere : placed)
                .add(new Reservation(object.key(), node, each, taken));
          });
    }
    Capacity free = free(nodes, placed);
    for (Reservation r : nowhere) {
      String node = free.nodeFor(r.each());
      free = free.without(node, r.each());
      placed.add(new Reservation(r.key(), node, r.each(), false));
    }
    return placed;
  }

  /** What is free on each node. */
  public static Capacity free(List<Node> nodes, List<Reservation> reserved) {
    Capacity free = new Capacity(nodes);
    for (Reservation r : reserved) {
      if (!r.counted()) {
        free = free.without(r.node(), r.each());
      }
    }
    return free;
  }

  @FunctionalInterface
  private interface Each {
    void replica(GroupId group, Member member, Resources each);
  }

  private static void decided(Stored object, Map<GroupId, Observation> observed, Each each) {
    Key key = object.key();
    switch (object.state()) {
      case State.OfThing _ -> {}
      case State.OfRuns runs -> runs.last().ifPresent(run -> attempts(key, run, observed, each));
      case State.OfService service -> {
        for (Revision revision : service.revisions()) {
          for (ServiceMember member : revision.members()) {
            each.replica(
                ServiceGroups.id(key, revision.number()),
                member.member(),
                revision.inference().spec().resources());
          }
        }
      }
    }
  }

  private static void attempts(Key key, Run run, Map<GroupId, Observation> observed, Each each) {
    Resources resources = run.workload().common().resources();
    for (Attempt attempt : run.attempts()) {
      if (attempt.phase() == Attempt.Phase.PLANNED || attempt.phase() == Attempt.Phase.ENDED) {
        continue;
      }
      if (key.kind() == Kind.PREPARATION) {
        GroupId id = RunGroups.shardsId(key, run.number());
        if (!run.over() || observed.get(id) instanceof Observation.Seen) {
          each.replica(id, new Member(attempt.index(), attempt.number() - 1), resources);
        }
      } else if (!run.over()
          || observed.get(RunGroups.gangId(key, run.number(), attempt.number()))
              instanceof Observation.Seen) {
        int workers = ((Training) run.workload()).spec().workers();
        for (int rank = 0; rank < workers; rank++) {
          each.replica(
              RunGroups.gangId(key, run.number(), attempt.number()),
              new Member(rank, 0),
              resources);
        }
      }
    }
  }

  private static Optional<Replica> replica(@Nullable Observation observed, Member member) {
    return observed instanceof Observation.Seen seen ? seen.replica(member) : Optional.empty();
  }
}
