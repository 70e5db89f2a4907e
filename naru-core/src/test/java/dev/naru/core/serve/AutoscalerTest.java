package dev.naru.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.route.GatewayStats.RouteStats;
import dev.naru.spec.Inference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoscalerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Replays load, a sample and a decision every 100 ms, on counters that begin at zero. */
  private static final class Replay {
    private final Inference.Spec spec;
    private final List<Sample> samples = new ArrayList<>();
    private Instant now = START;
    private Instant since = START;
    private Optional<Instant> lastRequest = Optional.empty();
    private Duration spent = Duration.ZERO;
    private long completed;
    private long slow;
    private int wanted = 1;
    private int changes;

    Replay(String more) {
      spec = Specs.inference(more).spec();
    }

    /** That many requests at once, each of that length, so many of 100 of them slow. */
    Replay load(int atOnce, Duration each, int slowShare, Duration time) {
      for (long at = 0; at < time.toMillis(); at += 100) {
        long done = atOnce * 100L / each.toMillis();
        completed += done;
        slow += done * slowShare / 100;
        spent = spent.plus(each.multipliedBy(done));
        lastRequest = atOnce > 0 ? Optional.of(now) : lastRequest;
        step(0, atOnce);
      }
      return this;
    }

    Replay load(int atOnce, Duration time) {
      return load(atOnce, Duration.ofMillis(10), 0, time);
    }

    void step(int held, int inFlight) {
      now = now.plusMillis(100);
      sample(held, inFlight);
      decide();
    }

    void sample(int held, int inFlight) {
      samples.add(
          new Sample(
              now,
              new RouteStats(
                  "p",
                  "fraud",
                  completed,
                  completed,
                  0,
                  0,
                  held,
                  inFlight,
                  spent,
                  slow,
                  lastRequest,
                  List.of())));
      samples.removeIf(s -> s.at().isBefore(now.minusSeconds(40)));
    }

    void decide() {
      int next = Autoscaler.decide(spec, wanted, true, samples, since, now).replicas();
      if (next != wanted) {
        wanted = next;
        since = now;
        changes++;
      }
    }

    void gatewayRestarts() {
      completed = 0;
      slow = 0;
      spent = Duration.ZERO;
      lastRequest = Optional.empty();
    }
  }

  private static final String FOUR = "replicas: {min: 1, max: 4}";

  @Test
  void sixtyFourConnectionsWantFourReplicasWithinThreeSecondsAndOneWithinAMinuteOfTheirEnd() {
    Replay replay = new Replay(FOUR).load(0, Duration.ofSeconds(60));
    assertThat(replay.wanted).isEqualTo(1);
    replay.load(64, Duration.ofSeconds(3));
    assertThat(replay.wanted).isEqualTo(4);
    replay.load(64, Duration.ofMinutes(2));
    assertThat(replay.changes).as("reached in steps, then still").isLessThanOrEqualTo(3);
    replay.load(0, Duration.ofSeconds(25));
    assertThat(replay.wanted).isEqualTo(4);
    replay.load(0, Duration.ofSeconds(35));
    assertThat(replay.wanted).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1", "16, 1", "17, 1", "18, 2", "32, 2", "36, 3", "64, 4", "1000, 4",
  })
  void theDemandDecidesWithinABoundAndATolerance(int atOnce, int replicas) {
    assertThat(new Replay(FOUR).load(atOnce, Duration.ofSeconds(5)).wanted).isEqualTo(replicas);
  }

  @Test
  void noiseMovesNothing() {
    Random random = new Random(1);
    Replay replay = new Replay("replicas: {min: 1, max: 8}").load(30, Duration.ofSeconds(60));
    int before = replay.changes;
    for (int i = 0; i < 1800; i++) {
      replay.load(20 + random.nextInt(22), Duration.ofMillis(100));
    }

    assertThat(replay.changes - before).as("in three minutes").isLessThanOrEqualTo(1);
  }

  @Test
  void burstsShorterThanTheSlowWindowDoNotMakeItFlap() {
    Replay replay = new Replay(FOUR);
    for (int i = 0; i < 30; i++) {
      replay.load(64, Duration.ofSeconds(5)).load(0, Duration.ofSeconds(15));
    }

    assertThat(replay.changes).isLessThanOrEqualTo(3);
    assertThat(replay.wanted).isEqualTo(4);
  }

  @Test
  void aLongRequestThatEndsCountsForNoMoreThanItself() {
    Replay replay = new Replay("replicas: {min: 1, max: 8}, scaling: {concurrency: 1}");
    for (int i = 0; i < 10; i++) {
      replay.load(1, Duration.ofHours(1), 0, Duration.ofSeconds(59));
      replay.completed++;
      replay.spent = replay.spent.plusSeconds(59);
    }

    assertThat(replay.wanted).isEqualTo(1);
  }

  @Test
  void twoSamplesAMomentApartAreNoFlood() {
    Replay replay = new Replay(FOUR);
    replay.sample(0, 1);
    replay.now = replay.now.plusMillis(1);
    replay.completed += 100;
    replay.spent = replay.spent.plusSeconds(1);
    replay.sample(0, 1);
    replay.decide();

    assertThat(replay.wanted).isEqualTo(1);
  }

  @Test
  void slowRequestsAddOneReplicaAtATimeAndLetGoOfOneAtATime() {
    Replay replay = new Replay(FOUR + ", scaling: {concurrency: 32, p95: '50ms'}");
    replay.load(20, Duration.ofMillis(100), 0, Duration.ofSeconds(10));
    assertThat(replay.wanted).isEqualTo(1);
    replay.load(20, Duration.ofMillis(100), 10, Duration.ofSeconds(3));
    assertThat(replay.wanted).isEqualTo(2);
    replay.load(20, Duration.ofMillis(100), 10, Duration.ofSeconds(5));
    assertThat(replay.wanted).isEqualTo(3);
    replay.load(20, Duration.ofMillis(100), 0, Duration.ofSeconds(32));
    assertThat(replay.wanted).isEqualTo(2);
    replay.load(0, Duration.ofSeconds(60));
    assertThat(replay.wanted).isEqualTo(1);
  }

  @Test
  void aFewSlowRequestsAreWithinThePercentile() {
    Replay replay = new Replay(FOUR + ", scaling: {concurrency: 32, p95: '50ms'}");
    replay.load(8, Duration.ofMillis(1), 4, Duration.ofSeconds(30));

    assertThat(replay.wanted).isEqualTo(1);
  }

  @Test
  void aRestartedGatewayMovesNothing() {
    Replay replay = new Replay(FOUR).load(40, Duration.ofSeconds(60));
    assertThat(replay.wanted).isEqualTo(3);
    int before = replay.changes;
    for (int i = 0; i < 5; i++) {
      replay.gatewayRestarts();
      replay.load(40, Duration.ofSeconds(20));
    }

    assertThat(replay.changes).isEqualTo(before);
  }

  @Test
  void aGapIsNotTakenForIdleness() {
    Replay replay = new Replay(FOUR).load(64, Duration.ofSeconds(10));
    replay.now = replay.now.plusSeconds(35);
    replay.step(0, 0);
    assertThat(replay.wanted).isEqualTo(4);
    replay.now = replay.now.plusSeconds(3600);
    replay.load(0, Duration.ofSeconds(29));
    assertThat(replay.wanted).isEqualTo(4);
    replay.load(0, Duration.ofSeconds(3));
    assertThat(replay.wanted).isEqualTo(1);
  }

  @Test
  void aClockThatGoesBackMovesNothingWild() {
    Replay replay = new Replay("replicas: {min: 1, max: 100}").load(30, Duration.ofSeconds(40));
    assertThat(replay.wanted).isEqualTo(2);
    replay.now = replay.now.minusSeconds(20);
    replay.load(30, Duration.ofSeconds(60));

    assertThat(replay.wanted).isEqualTo(2);
  }

  @Test
  void zeroIsLeftOnOneHeldRequestAndReachedAfterIdleness() {
    Replay replay = new Replay("replicas: {min: 0, max: 4}");
    replay.load(1, Duration.ofSeconds(5)).load(0, Duration.ofSeconds(59));
    assertThat(replay.wanted).isEqualTo(1);
    replay.load(0, Duration.ofSeconds(2));
    assertThat(replay.wanted).isZero();
    replay.load(0, Duration.ofSeconds(100));
    assertThat(replay.wanted).isZero();
    replay.step(1, 0);
    assertThat(replay.wanted).isEqualTo(1);
  }

  @Test
  void anUnprovenRevisionKeepsOneReplica() {
    Inference.Spec spec = Specs.inference("replicas: {min: 0, max: 4}").spec();

    assertThat(
            Autoscaler.decide(spec, 1, false, List.of(), START, START.plusSeconds(9999)).replicas())
        .isEqualTo(1);
    assertThat(Autoscaler.decide(spec, 0, false, List.of(), START, START).replicas()).isEqualTo(1);
  }

  @Test
  void theReasonTellsTheFigures() {
    Replay replay = new Replay(FOUR);
    replay.sample(64, 0);

    assertThat(Autoscaler.decide(replay.spec, 1, true, replay.samples, START, replay.now).why())
        .isEqualTo("64.0 requests at once in the last 2 s, 16 wanted in one replica");
  }
}
