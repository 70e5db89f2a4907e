package dev.naru.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Member;
import dev.naru.core.state.ServiceMember;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesTest {
  private static final int SEEDS = Integer.getInteger("naru.seeds", 10);

  private static ServiceWorld world(String more) {
    return new ServiceWorld(Specs.inference(more));
  }

  private static ServiceWorld up(String more) {
    ServiceWorld world = world(more);
    world.pass(Duration.ofSeconds(3));
    world.words();
    world.engine.done();
    return world;
  }

  @Test
  void anInferenceWithoutAPromotedModelWaitsForOne() {
    ServiceWorld world = world("");
    world.model = new ModelChoice.None("training/fraud has made no model yet");
    world.pass(Duration.ofSeconds(1));
    assertThat(world.reason).isEqualTo("NoPromotedModel");
    assertThat(world.engine.done()).isEmpty();
    world.model = ServiceWorld.serve(1);
    world.pass(Duration.ofSeconds(1));

    assertThat(world.ready()).containsExactly("fraud-infer-1/0.0");
    assertThat(world.words()).containsExactly("RevisionCreated", "ReplicaReady");
  }

  @Test
  void anUnchangedInferenceDoesNothing() {
    ServiceWorld world = up("replicas: {min: 2, max: 4}");
    Stored before = world.object;
    world.pass(Duration.ofSeconds(60));

    assertThat(world.engine.done()).isEmpty();
    assertThat(world.object).isEqualTo(before);
  }

  @Test
  void aModelThatIsNoLongerPromotedIsServedUntilThereIsAnother() {
    ServiceWorld world = up("");
    world.model = new ModelChoice.None("no model of training/fraud was promoted");
    world.pass(Duration.ofSeconds(5));

    assertThat(world.ready()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void aRolloutNeverHasFewerReadyThanWantedAndDrainsTheOldBeforeItIsStopped(int replicas) {
    ServiceWorld world = up("replicas: {min: %d}".formatted(replicas));
    world.model = ServiceWorld.serve(2);
    for (int tick = 0; tick < 200; tick++) {
      world.tick();
      assertThat(world.ready()).hasSizeGreaterThanOrEqualTo(replicas);
      assertThat(
              world.engine.running(world.group(1)).size()
                  + world.engine.running(world.group(2)).size())
          .as("one more at a time, and one that drains")
          .isLessThanOrEqualTo(2 * replicas + 1);
    }

    assertThat(world.ready()).hasSize(replicas).allMatch(id -> id.startsWith("fraud-infer-2/"));
    assertThat(world.engine.live()).containsExactly(world.group(2));
    assertThat(world.state().revisions()).hasSize(1);
  }

  @Test
  void aRevisionThatNeverBecomesReadyNeverTakesTheOldOneAway() {
    ServiceWorld world = up("replicas: {min: 2}");
    world.brokenRevisions.add(2);
    world.model = ServiceWorld.serve(2);
    world.pass(Duration.ofMinutes(5));
    assertThat(world.reason).isEqualTo("RollingOut");
    assertThat(world.ready()).containsExactly("fraud-infer-1/0.0", "fraud-infer-1/1.0");
    assertThat(world.engine.running(world.group(2))).hasSize(1);

    world.model = ServiceWorld.serve(3);
    world.pass(Duration.ofMinutes(1));
    assertThat(world.ready()).containsExactly("fraud-infer-3/0.0", "fraud-infer-3/1.0");
    assertThat(world.engine.live()).containsExactly(world.group(3));
  }

  @Test
  void theOldRevisionGrowsWithTheLoadWhileTheNewOneHasNotProvenItself() {
    ServiceWorld world = up("replicas: {min: 1, max: 4}");
    world.brokenRevisions.add(2);
    world.model = ServiceWorld.serve(2);
    world.pass(Duration.ofSeconds(2));
    world.load = 60;
    world.pass(Duration.ofSeconds(4));

    assertThat(world.ready()).hasSize(4).allMatch(id -> id.startsWith("fraud-infer-1/"));
  }

  @Test
  void aRolloutThatCrashesOnItsWayBacksOffAndKeepsTheOldOne() {
    ServiceWorld world = up("");
    world.model = ServiceWorld.serve(2);
    world.brokenRevisions.add(2);
    for (int tick = 0; tick < 600; tick++) {
      world.tick();
      world.engine.exit(world.group(2), 0, 1);
      assertThat(world.ready()).containsExactly("fraud-infer-1/0.0");
    }

    // In 60 s: at once, after 1, 2, 4, 8, 16 s.
    assertThat(world.engine.done().stream().filter(s -> s.startsWith("apply fraud-infer-2 [0")))
        .hasSizeBetween(6, 8);
  }

  @Test
  void anOldReplicaThatIsNotReadyGivesWayFirst() {
    ServiceWorld world = up("replicas: {min: 2}");
    for (int i = 0; i < 3; i++) {
      world.engine.exit(world.group(1), 0, 1);
      world.tick();
      world.tick();
    }
    assertThat(world.ready()).containsExactly("fraud-infer-1/1.0");
    world.model = ServiceWorld.serve(2);
    world.tick();
    world.tick();
    world.tick();

    assertThat(world.ready()).containsExactly("fraud-infer-1/1.0", "fraud-infer-2/0.0");
  }

  @Test
  void aDeadReplicaIsReplacedAtOnceByTheNextStart() {
    ServiceWorld world = up("replicas: {min: 2}");
    world.pass(Duration.ofSeconds(12));
    world.engine.exit(world.group(1), 1, 137);
    world.turn(_ -> true);

    assertThat(world.engine.done()).containsExactly("apply fraud-infer-1 [0.0, 1.1]");
    assertThat(world.events.getLast().message())
        .isEqualTo("replica 1 was killed by signal 9 of revision 1; it is replaced at once");
  }

  @Test
  void anUnknownEngineLeadsToNoActionAndKeepsTheRoutes() {
    ServiceWorld world = up("replicas: {min: 2, max: 4}");
    world.engine.away = true;
    world.model = ServiceWorld.serve(2);
    world.load = 100;
    world.pass(Duration.ofSeconds(30));
    assertThat(world.engine.done()).allMatch(s -> s.startsWith("apply fraud-infer-2"));
    assertThat(world.ready()).contains("fraud-infer-1/0.0", "fraud-infer-1/1.0");
  }

  @Test
  void nothingIsScaledOrDroppedWhileTheGatewayIsAway() {
    ServiceWorld world = up("replicas: {min: 1, max: 4}");
    world.load = 60;
    world.pass(Duration.ofSeconds(3));
    assertThat(world.ready()).hasSize(4);
    world.load = 0;
    world.gatewayAway = true;
    world.engine.done();
    world.pass(Duration.ofMinutes(10));

    assertThat(world.engine.done()).isEmpty();
    assertThat(world.ready()).hasSize(4);
  }

  @Test
  void aRolloutStandsStillWhileTheGatewayIsAway() {
    ServiceWorld world = up("replicas: {min: 3}");
    world.model = ServiceWorld.serve(2);
    world.pass(Duration.ofMillis(400));
    world.gatewayAway = true;
    world.turn(_ -> true);
    State.OfService before = world.state();
    world.pass(Duration.ofMinutes(2));
    assertThat(world.state()).isEqualTo(before);
    world.gatewayAway = false;
    world.pass(Duration.ofSeconds(20));

    assertThat(world.engine.live()).containsExactly(world.group(2));
  }

  @Test
  void zeroIsReachedOnlyAfterOneReplicaProvedItselfAndLeftOnAHeldRequest() {
    ServiceWorld world = world("replicas: {min: 0, max: 2}, scaling: {idle: '20s'}");
    world.pass(Duration.ofSeconds(15));
    assertThat(world.ready()).hasSize(1);
    world.pass(Duration.ofSeconds(10));
    assertThat(world.engine.live()).isEmpty();
    assertThat(world.state().wanted()).isZero();
    world.pass(Duration.ofMinutes(5));
    assertThat(world.engine.live()).isEmpty();

    world.load = 1;
    world.sample();
    world.turn(_ -> true);
    assertThat(world.state().wanted()).isEqualTo(1);
    world.pass(Duration.ofMillis(300));
    assertThat(world.ready()).hasSize(1);
  }

  @Test
  void aRequestIsAnsweredWhileTheLastReplicaIsStillStopping() {
    ServiceWorld world = up("replicas: {min: 0, max: 2}, scaling: {idle: '5s'}, grace: '60s'");
    world.engine.stubborn = true;
    world.pass(Duration.ofSeconds(40));
    assertThat(world.state().wanted()).isZero();
    assertThat(world.engine.live()).containsExactly(world.group(1));
    world.load = 1;
    world.pass(Duration.ofMillis(500));

    assertThat(world.ready()).containsExactly("fraud-infer-1/0.1");
  }

  @Test
  void aReplicaThatWasDrainedAndComesAgainIsAnotherStart() {
    ServiceWorld world = up("replicas: {min: 1, max: 2}");
    for (int round = 0; round < 3; round++) {
      world.load = 30;
      world.pass(Duration.ofSeconds(4));
      assertThat(world.ready()).containsExactly("fraud-infer-1/0.0", "fraud-infer-1/1." + round);
      world.load = 0;
      world.pass(Duration.ofSeconds(45));
      assertThat(world.ready()).containsExactly("fraud-infer-1/0.0");
    }
    assertThat(world.words()).doesNotContain("ReplicaEnded");
  }

  @Test
  void loadScalesUpWithinThreeSecondsAndDownWithinAMinute() {
    ServiceWorld world = up("replicas: {min: 1, max: 4}");
    world.load = 64;
    world.pass(Duration.ofSeconds(3));
    assertThat(world.ready()).hasSize(4);
    world.pass(Duration.ofSeconds(60));
    assertThat(world.ready()).hasSize(4);
    world.load = 0;
    world.pass(Duration.ofSeconds(40));

    assertThat(world.ready()).hasSize(1);
    assertThat(world.engine.running(world.group(1))).hasSize(1);
  }

  @Test
  void replicasWithoutRoomWaitWithTheFigures() {
    ServiceWorld world = world("replicas: {min: 3}");
    world.nodes = Specs.room("250m", "100Gi");
    world.pass(Duration.ofSeconds(3));
    assertThat(world.ready()).hasSize(2);
    assertThat(world.reason).isEqualTo("NoRoom");
    world.nodes = Specs.room("300m", "100Gi");
    world.pass(Duration.ofSeconds(1));

    assertThat(world.ready()).hasSize(3);
  }

  @Test
  void downStopsEverythingWithGraceAndUpIsANewRevision() {
    ServiceWorld world = up("replicas: {min: 2}");
    world.object = world.object.with(Stored.Desired.DOWN);
    world.pass(Duration.ofSeconds(1));
    assertThat(world.engine.done()).first().isEqualTo("remove fraud-infer-1 PT5S");
    assertThat(world.engine.live()).isEmpty();
    world.object = world.object.with(Stored.Desired.UP);
    world.pass(Duration.ofSeconds(2));

    assertThat(world.ready()).containsExactly("fraud-infer-2/0.0", "fraud-infer-2/1.0");
  }

  @Test
  void newBoundsChangeTheCountWithoutANewRevision() {
    ServiceWorld world = up("replicas: {min: 1}");
    world.object = world.object.with(Specs.inference("replicas: {min: 3}"));
    world.pass(Duration.ofSeconds(3));
    assertThat(world.ready()).hasSize(3);
    world.object = world.object.with(Specs.inference("replicas: {min: 1, max: 2}"));
    world.pass(Duration.ofSeconds(3));

    assertThat(world.ready()).containsExactly("fraud-infer-1/0.0", "fraud-infer-1/1.0");
  }

  @Test
  void aDrainingReplicaThatIsGoneIsNotStartedAgain() {
    ServiceWorld world = up("");
    world.model = ServiceWorld.serve(2);
    world.pass(Duration.ofMillis(300));
    assertThat(world.state().revisions().getFirst().members())
        .extracting(ServiceMember::phase)
        .containsExactly(ServiceMember.Phase.DRAINING);
    world.engine.forget(world.group(1), new Member(0, 0));
    world.engine.done();
    world.pass(Duration.ofSeconds(2));

    assertThat(world.engine.done()).noneMatch(s -> s.startsWith("apply fraud-infer-1"));
  }

  @Test
  void deathsOfTheControlPlaneNeverTakeAwayWhatIsReady() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      ServiceWorld world = up("replicas: {min: 2, max: 5}");
      for (int tick = 0; tick < 250; tick++) {
        if (random.nextInt(80) == 0) {
          world.model = ServiceWorld.serve(2 + random.nextInt(3));
        }
        if (random.nextInt(50) == 0) {
          world.load = random.nextInt(90);
        }
        world.engine.away = random.nextInt(10) == 0;
        world.gatewayAway = random.nextInt(20) == 0;
        world.turn(_ -> random.nextInt(5) > 0);
        world.engine.later(Duration.ofMillis(100));
        world.sample();
        assertThat(world.ready().size()).as("seed " + seed + " tick " + tick).isGreaterThan(1);
      }
      world.engine.away = false;
      world.gatewayAway = false;
      world.load = 0;
      world.pass(Duration.ofSeconds(60));
      assertThat(world.ready()).as("seed " + seed).hasSize(2);
      assertThat(world.engine.live()).hasSize(1);
    }
  }
}
