package dev.naru.serving.gateway;

import static dev.naru.serving.gateway.SliceJson.endpoint;
import static dev.naru.serving.gateway.SliceJson.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.serving.gateway.RoutingTable.Revision;
import dev.naru.serving.gateway.RoutingTable.Route;
import dev.naru.serving.gateway.RoutingTable.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterRoutesTest {
  private static final RoutingTable NOTHING = RoutingTable.empty();

  private final ClusterRoutes routes = new ClusterRoutes();

  private static Slice read(String json) {
    try {
      return Slice.read(ApiServer.read(json)).orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static RoutingTable pushed(String revisions) throws Exception {
    return RoutesReader.read(
        """
        {"version":17,"routes":[{"project":"finance","inference":"fraud","short":true,
          "ready":{"path":"/up"},"queue":{"limit":3,"timeoutMillis":500},"slowAfterMillis":20,
          "revisions":[%s]}]}
        """
            .formatted(revisions)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String revision(int number, int weight, String... replicas) {
    return "{\"revision\":%d,\"weight\":%d,\"replicas\":[%s]}"
        .formatted(number, weight, String.join(",", replicas));
  }

  private static String replica(String id, String address, boolean draining) {
    return "{\"id\":\"%s\",\"address\":\"%s\",\"draining\":%s}".formatted(id, address, draining);
  }

  private List<Target> targets(RoutingTable pushed, boolean controlled, Slice... slices) {
    return routes.combine(pushed, List.of(slices), controlled).routes().stream()
        .flatMap(r -> r.revisions().stream())
        .map(Revision::replicas)
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void routesBySlicesAlone() {
    Slice slice = read(slice("a", 80, endpoint("p", "10.0.0.1", false, false)));
    RoutingTable table = routes.combine(NOTHING, List.of(slice), false);
    assertThat(table.version()).isZero();
    assertThat(table.routes())
        .singleElement()
        .satisfies(route -> {
          assertThat(route.key()).isEqualTo(new RoutingTable.Key("finance", "fraud"));
          assertThat(route.shortForm()).isTrue();
          assertThat(route.readyPath()).isEqualTo("/v2/health/ready");
          assertThat(route.replayable()).isTrue();
          assertThat(route.queueLimit()).isEqualTo(1000);
          assertThat(route.queueTimeout()).isEqualTo(Duration.ofSeconds(30));
          assertThat(route.revisions())
              .singleElement()
              .isEqualTo(new Revision(1, 1, targets(NOTHING, false, slice)));
        });
    assertThat(targets(NOTHING, false, slice))
        .singleElement()
        .satisfies(t -> {
          assertThat(t.id()).isEqualTo("p");
          assertThat(t.address().toString()).isEqualTo("/10.0.0.1:80");
          assertThat(t.draining()).isFalse();
        });
  }

  @Test
  void keepsTheRouteOfAServiceWithoutPods() {
    Slice empty =
        read(slice("a", 80).replaceFirst("\"endpoints\".*", "\"endpoints\":null,\"ports\":null}"));
    assertThat(routes.combine(NOTHING, List.of(empty), false).routes())
        .extracting(Route::key)
        .containsExactly(new RoutingTable.Key("finance", "fraud"));
    assertThat(targets(NOTHING, false, empty)).isEmpty();
  }

  @Test
  void treatsRequestsAsWasPushedAndFindsReplicasBySlices() throws Exception {
    RoutingTable pushed =
        pushed(
            revision(
                1,
                0,
                replica("fraud-infer-1/0.0", "10.0.0.1:80", false),
                replica("fraud-infer-1/1.0", "10.0.0.9:80", false)));
    Slice slice =
        read(
            slice(
                "a",
                80,
                endpoint("p", "10.0.0.1", true, false),
                endpoint("q", "10.0.0.2", false, false)));
    Route route = routes.combine(pushed, List.of(slice), true).routes().getFirst();
    assertThat(route.readyPath()).isEqualTo("/up");
    assertThat(route.queueLimit()).isEqualTo(3);
    assertThat(route.replayable()).isFalse();
    assertThat(route.revisions())
        .singleElement()
        .satisfies(r -> assertThat(r.weight()).isEqualTo(2));
    assertThat(targets(pushed, true, slice))
        .extracting(Target::key, Target::id)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("p", "fraud-infer-1/0.0"),
            org.assertj.core.groups.Tuple.tuple("q", "q"));
  }

  @Test
  void keepsAPushedRouteThatHasNoSliceYet() throws Exception {
    RoutingTable pushed = pushed(revision(1, 1, replica("r", "10.0.0.1:80", false)));
    assertThat(routes.combine(pushed, List.of(), true).routes())
        .singleElement()
        .satisfies(r -> assertThat(r.revisions()).isEmpty());
  }

  @Test
  void drainsWhatTerminates() {
    Slice slice =
        read(
            slice(
                "a",
                80,
                endpoint("p", "10.0.0.1", true, true),
                endpoint("q", "10.0.0.2", true, false)));
    assertThat(targets(NOTHING, false, slice))
        .extracting(Target::draining)
        .containsExactly(true, false);
  }

  @Test
  void drainsOnUntilThePodIsGoneOrWantedAgain() throws Exception {
    Slice slice = read(slice("a", 80, endpoint("p", "10.0.0.1", true, false)));
    RoutingTable draining = pushed(revision(1, 0, replica("r", "10.0.0.1:80", true)));
    RoutingTable without = pushed(revision(1, 0));
    assertThat(targets(draining, true, slice)).allMatch(Target::draining).hasSize(1);
    assertThat(targets(without, true, slice)).allMatch(Target::draining).hasSize(1);
    RoutingTable wanted = pushed(revision(1, 1, replica("r", "10.0.0.1:80", false)));
    assertThat(targets(wanted, true, slice)).noneMatch(Target::draining).hasSize(1);
    assertThat(targets(without, true, slice)).noneMatch(Target::draining).hasSize(1);
  }

  @Test
  void drainsNothingWhileThereIsNobodyToEndIt() throws Exception {
    Slice slice = read(slice("a", 80, endpoint("p", "10.0.0.1", true, false)));
    RoutingTable draining = pushed(revision(1, 0, replica("r", "10.0.0.1:80", true)));
    assertThat(targets(draining, true, slice)).allMatch(Target::draining);
    assertThat(targets(draining, false, slice)).noneMatch(Target::draining).hasSize(1);
    assertThat(targets(draining, true, slice)).allMatch(Target::draining);
  }

  @Test
  void goesByTheClustersAnswerWhereItHasNoPathToAskFor() throws Exception {
    Slice slice =
        read(
            slice(
                "a",
                "fraud",
                1,
                "",
                80,
                endpoint("p", "10.0.0.1", false, false),
                endpoint("q", "10.0.0.2", true, false)));
    assertThat(targets(NOTHING, false, slice)).extracting(Target::key).containsExactly("q");
    assertThat(routes.combine(NOTHING, List.of(slice), false).routes().getFirst().replayable())
        .isFalse();
    assertThat(targets(pushed(revision(1, 0)), false, slice))
        .extracting(Target::key)
        .containsExactly("p", "q");
  }

  @Test
  void takesTheNewestRevisionsWordForTheRoute() {
    Slice old = read(slice("a", "fraud", 3, "", 80));
    Slice fresh = read(slice("b", "fraud", 4, "v2", 80));
    assertThat(routes.combine(NOTHING, List.of(old, fresh), false).routes())
        .singleElement()
        .satisfies(r -> assertThat(r.replayable()).isTrue());
  }

  @Test
  void takesAPodInTwoSlicesOnce() {
    Slice a = read(slice("a", 80, endpoint("p", "10.0.0.1", true, false)));
    Slice b = read(slice("b", 80, endpoint("p", "fd00::1", true, true)));
    assertThat(targets(NOTHING, false, a, b))
        .singleElement()
        .satisfies(t -> {
          assertThat(t.address().toString()).isEqualTo("/10.0.0.1:80");
          assertThat(t.draining()).isTrue();
        });
  }
}
