package dev.naru.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatsSumTest {
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

  private static GatewayStats stats(long arrivals, Instant last, ReplicaStats... replicas) {
    return new GatewayStats(
        1,
        1,
        AT,
        List.of(
            new RouteStats(
                "bank",
                "fraud",
                arrivals,
                arrivals,
                1,
                0,
                2,
                3,
                Duration.ofSeconds(arrivals),
                0,
                Optional.of(last),
                List.of(replicas))));
  }

  @Test
  void addsUpWhatSeveralGatewaysCount() {
    RouteStats sum =
        StatsSum.of(
                List.of(
                    stats(10, AT, new ReplicaStats("a", true, 1, 10, 0)),
                    stats(5, AT.plusSeconds(1), new ReplicaStats("a", true, 2, 5, 1))))
            .getFirst();

    assertThat(sum.arrivals()).isEqualTo(15);
    assertThat(sum.failed()).isEqualTo(2);
    assertThat(sum.held()).isEqualTo(4);
    assertThat(sum.inFlight()).isEqualTo(6);
    assertThat(sum.serviceTime()).isEqualTo(Duration.ofSeconds(15));
    assertThat(sum.lastRequestAt()).contains(AT.plusSeconds(1));
    assertThat(sum.replicas()).containsExactly(new ReplicaStats("a", true, 3, 15, 1));
  }

  @Test
  void aReplicaIsReadyOnceAllThatKnowItSaySo() {
    List<ReplicaStats> replicas =
        StatsSum.of(
                List.of(
                    stats(
                        1,
                        AT,
                        new ReplicaStats("a", true, 0, 0, 0),
                        new ReplicaStats("b", true, 0, 0, 0)),
                    stats(1, AT, new ReplicaStats("a", false, 0, 0, 0))))
            .getFirst()
            .replicas();

    assertThat(replicas).extracting(ReplicaStats::ready).containsExactly(false, true);
  }
}
