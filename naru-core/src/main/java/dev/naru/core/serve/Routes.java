package dev.naru.core.serve;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.route.RouteTable;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the gateway must know, from what was decided and seen. */
public final class Routes {
  /** Where the built-in model server says that it is ready. */
  public static final String MODEL_SERVER_READY = "/v2/health/ready";

  private static final int QUEUE_LIMIT = 1000;
  private static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(30);

  private Routes() {}

  /**
   * The routes of all Inferences that are wanted.
   *
   * @param objects everything stored
   * @param observed what the engine said of their groups
   * @param shortForms the Inferences that own their short form
   * @param before the routes that the gateway goes by, none at first; what the engine cannot be
   *     asked about stays as it is there
   */
  public static List<RouteTable.Route> of(
      List<Stored> objects,
      Map<GroupId, Observation> observed,
      Set<Key> shortForms,
      List<RouteTable.Route> before) {
    List<RouteTable.Route> routes = new ArrayList<>();
    for (Stored object : objects) {
      if (object.desired() == Stored.Desired.UP
          && object.resource() instanceof Inference inference
          && object.state() instanceof State.OfService state
          && !state.revisions().isEmpty()) {
        boolean builtIn = inference.spec().model().isPresent();
        routes.add(
            new RouteTable.Route(
                object.key().project(),
                object.key().name(),
                shortForms.contains(object.key()),
                builtIn ? Optional.of(MODEL_SERVER_READY) : inference.spec().ready(),
                builtIn,
                QUEUE_LIMIT,
                QUEUE_TIMEOUT,
                inference.spec().scaling().p95(),
                revisions(object.key(), state, observed, before)));
      }
    }
    return routes;
  }

  private static List<RouteTable.Revision> revisions(
      Key key,
      State.OfService state,
      Map<GroupId, Observation> observed,
      List<RouteTable.Route> before) {
    List<RouteTable.Revision> revisions = new ArrayList<>();
    for (Revision revision : state.revisions()) {
      switch (observed.get(ServiceGroups.id(key, revision.number()))) {
        case null -> {}
        case Observation.Absent _ -> {}
        case Observation.Unknown _ -> revisions.addAll(known(key, revision.number(), before));
        case Observation.Seen seen -> revisions.add(seen(key, revision, seen));
      }
    }
    return revisions;
  }

  private static List<RouteTable.Revision> known(
      Key key, int number, List<RouteTable.Route> before) {
    return before.stream()
        .filter(r -> r.project().equals(key.project()) && r.inference().equals(key.name()))
        .flatMap(r -> r.revisions().stream())
        .filter(r -> r.revision() == number)
        .toList();
  }

  private static RouteTable.Revision seen(Key key, Revision revision, Observation.Seen seen) {
    List<RouteTable.Target> targets = new ArrayList<>();
    for (ServiceMember member : revision.members()) {
      seen.replica(member.member())
          .filter(r -> r.phase() == Replica.Phase.RUNNING)
          .flatMap(Replica::address)
          .ifPresent(address ->
              targets.add(
                  new RouteTable.Target(
                      ServiceGroups.replicaId(key, revision.number(), member.member()),
                      address,
                      member.phase() == ServiceMember.Phase.DRAINING)));
    }
    int weight = (int) targets.stream().filter(t -> !t.draining()).count();
    return new RouteTable.Revision(revision.number(), weight, targets);
  }
}
