package dev.naru.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.route.RouteTable;
import dev.naru.core.state.Revision;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Inference INFERENCE = Specs.inference("scaling: {p95: '50ms'}");
  private final ServiceMember first = ServiceMember.wanted(0, 0, NOW, NOW, 0);
  private final ServiceMember second = ServiceMember.wanted(1, 2, NOW, NOW, 0);
  private final Stored object =
      stored(revision(1, first.draining(NOW)), revision(2, first, second));

  private static Stored stored(Revision... revisions) {
    return Specs.stored(
        INFERENCE, new State.OfService(List.of(revisions), revisions.length, 2, NOW, true));
  }

  private static Revision revision(int number, ServiceMember... members) {
    return new Revision(
        number,
        "key",
        INFERENCE,
        Optional.of(1),
        Optional.of(1),
        Optional.of("sha256:1"),
        Optional.empty(),
        Optional.empty(),
        List.of(members),
        NOW);
  }

  private GroupId id(int revision) {
    return ServiceGroups.id(object.key(), revision);
  }

  private static Replica replica(int index, int start, Replica.Phase phase, int port) {
    return new Replica(
        new Member(index, start),
        phase,
        Optional.empty(),
        "",
        "n1",
        port == 0 ? Optional.empty() : Optional.of("127.0.0.1:" + port),
        Optional.empty(),
        NOW,
        "");
  }

  @Test
  void everyRevisionHasTheReplicasThatRunWithTheirDrainingToldApart() {
    Map<GroupId, Observation> observed =
        Map.of(
            id(1), new Observation.Seen(List.of(replica(0, 0, Replica.Phase.RUNNING, 4000))),
            id(2),
                new Observation.Seen(
                    List.of(
                        replica(0, 0, Replica.Phase.RUNNING, 4001),
                        replica(1, 1, Replica.Phase.RUNNING, 4002),
                        replica(1, 2, Replica.Phase.RUNNING, 4003))));

    assertThat(Routes.of(List.of(object), observed, Set.of(object.key()), List.of()))
        .containsExactly(
            new RouteTable.Route(
                "p",
                "fraud",
                true,
                Optional.of("/v2/health/ready"),
                true,
                1000,
                Duration.ofSeconds(30),
                Optional.of(Duration.ofMillis(50)),
                List.of(
                    new RouteTable.Revision(
                        1,
                        0,
                        List.of(
                            new RouteTable.Target("fraud-infer-1/0.0", "127.0.0.1:4000", true))),
                    new RouteTable.Revision(
                        2,
                        2,
                        List.of(
                            new RouteTable.Target("fraud-infer-2/0.0", "127.0.0.1:4001", false),
                            new RouteTable.Target(
                                "fraud-infer-2/1.2", "127.0.0.1:4003", false))))));
  }

  @Test
  void replicasThatDoNotRunOrHaveNoAddressYetAreLeftOut() {
    Observation seen =
        new Observation.Seen(
            List.of(
                replica(0, 0, Replica.Phase.STARTING, 4001),
                replica(1, 2, Replica.Phase.RUNNING, 0)));
    Observation stopping =
        new Observation.Seen(List.of(replica(0, 0, Replica.Phase.STOPPING, 4000)));
    List<RouteTable.Route> routes =
        Routes.of(List.of(object), Map.of(id(1), stopping, id(2), seen), Set.of(), List.of());

    assertThat(routes.getFirst().shortForm()).isFalse();
    assertThat(routes.getFirst().revisions())
        .allMatch(r -> r.weight() == 0 && r.replicas().isEmpty());
  }

  @Test
  void whatTheEngineCannotBeAskedAboutStaysAsTheGatewayHasIt() {
    List<RouteTable.Route> before =
        Routes.of(
            List.of(object),
            Map.of(id(2), new Observation.Seen(List.of(replica(0, 0, Replica.Phase.RUNNING, 1)))),
            Set.of(),
            List.of());
    Map<GroupId, Observation> unknown = Map.of(id(2), new Observation.Unknown("away"));

    assertThat(Routes.of(List.of(object), unknown, Set.of(), before)).isEqualTo(before);
    assertThat(Routes.of(List.of(object), unknown, Set.of(), List.of()).getFirst().revisions())
        .isEmpty();
  }

  @Test
  void onlyInferencesThatAreUpAndHaveARevisionAreRouted() {
    assertThat(Routes.of(List.of(object.with(Stored.Desired.DOWN)), Map.of(), Set.of(), List.of()))
        .isEmpty();
    assertThat(Routes.of(List.of(stored()), Map.of(), Set.of(), List.of())).isEmpty();
    assertThat(Routes.of(List.of(object), Map.of(), Set.of(), List.of())).hasSize(1);
  }

  @Test
  void anOwnImageIsAskedItsOwnPathAndNeverReplayed() {
    Stored own =
        Specs.stored(
            Specs.ownImage("ready: '/up'"),
            new State.OfService(List.of(revision(1)), 1, 1, NOW, true));
    RouteTable.Route route = Routes.of(List.of(own), Map.of(), Set.of(), List.of()).getFirst();

    assertThat(route.ready()).contains("/up");
    assertThat(route.replayable()).isFalse();
  }
}
