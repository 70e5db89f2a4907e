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
import java.util.List;
import java.util.Map;
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
   * @param node where it is, or will be as far as is known
   * @param each what it reserves
   */
  public record Reservation(Key key, String node, Resources each) {}

  /**
   * All of them.
   *
   * @param objects everything stored
   * @param observed what the engine said of their groups
   * @param firstNode where a replica counts that is nowhere yet
   */
  public static List<Reservation> of(
      List<Stored> objects, Map<GroupId, Observation> observed, String firstNode) {
    List<Reservation> all = new ArrayList<>();
    for (Stored object : objects) {
      Key key = object.key();
      decided(
          object,
          observed,
          (id, member, each) ->
              all.add(new Reservation(key, node(observed.get(id), member, firstNode), each)));
    }
    return all;
  }

  /** What is free on each node. */
  public static Capacity free(List<Node> nodes, List<Reservation> reserved) {
    Capacity free = new Capacity(nodes);
    for (Reservation r : reserved) {
      free = free.without(r.node(), r.each());
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

  private static String node(@Nullable Observation observed, Member member, String firstNode) {
    if (observed instanceof Observation.Seen seen) {
      return seen.replica(member).map(Replica::node).filter(n -> !n.isEmpty()).orElse(firstNode);
    }
    return firstNode;
  }
}
