package dev.naru.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Member;
import dev.naru.core.plan.Reservations;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.core.state.Stored;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparationRunsTest {
  private final RunWorld world = new RunWorld(Specs.preparation(""));

  @Test
  void aRunWhoseShardsAllFinishIsSealedOnce() {
    world.begin();
    world.engine.exitAll(world.shards(1), 0);
    world.pass(Duration.ofSeconds(2));

    assertThat(world.run().phase()).isEqualTo(Run.Phase.SUCCEEDED);
    assertThat(world.run().sealed()).contains(new Fact.Sealed("sha256:5ea1", 3, 300));
    assertThat(world.words()).containsExactly("RunStarted", "ShardsFinished", "OutputSealed");
    assertThat(world.engine.live()).isEmpty();
  }

  @Test
  void aDeadShardIsRetriedAloneAtOnce() {
    world.begin();
    world.engine.exit(world.shards(1), 0, 0);
    world.engine.exit(world.shards(1), 1, 137);
    world.engine.done();
    world.begin();

    assertThat(world.engine.done()).containsExactly("apply rows-prep-1 [0.0, 1.1, 2.0]");
    assertThat(world.engine.running(world.shards(1))).containsExactly("1.1", "2.0");
    world.engine.exitAll(world.shards(1), 0);
    world.begin();
    assertThat(world.run().phase()).isEqualTo(Run.Phase.SUCCEEDED);
  }

  @Test
  void theWaitsOfAShardGrowUntilItsBudgetIsUsedUp() {
    world.begin();
    for (int i = 0; i < 5; i++) {
      world.engine.exit(world.shards(1), 2, 1);
      world.pass(Duration.ofSeconds(i == 4 ? 1 : 9));
    }

    assertThat(world.run().phase()).isEqualTo(Run.Phase.FAILED);
    assertThat(world.run().message())
        .isEqualTo("shard 2 failed 5 times of 5 allowed; the last: shard 2 ended with 1");
    assertThat(world.engine.live()).as("the other shards are killed").isEmpty();
    assertThat(world.run().attempts()).allMatch(Attempt::over);
    assertThat(Reservations.of(List.of(world.object), world.engine.observed(), world.nodes.nodes()))
        .isEmpty();
  }

  @Test
  void aShardThatRefusesItsDataFailsTheRun() {
    world.begin();
    world.engine.exit(world.shards(1), 0, 65);
    world.begin();

    assertThat(world.run().phase()).isEqualTo(Run.Phase.FAILED);
    assertThat(world.run().message())
        .isEqualTo("shard 0 ended with 65; such an exit is not tried again");
  }

  @Test
  void asManyShardsRunAsThereIsRoomFor() {
    world.nodes = Specs.room("250m", "100Gi");
    world.begin();
    assertThat(world.reason).isEqualTo("NoRoom");
    assertThat(world.message)
        .isEqualTo(
            "shards wait for room: 1 × 100m cpu and 256Mi memory wanted; free: n1 50m cpu, 101888Mi"
                + " memory (short of cpu)");
    assertThat(world.engine.running(world.shards(1))).containsExactly("0.0", "1.0");

    world.engine.exit(world.shards(1), 0, 0);
    world.begin();
    assertThat(world.engine.running(world.shards(1))).containsExactly("1.0", "2.0");
  }

  @Test
  void aLostShardIsNotStartedAgainUnderTheSameNumberWhileItWaits() {
    world.begin();
    for (int start = 0; start < 2; start++) {
      world.engine.forget(world.shards(1), new Member(1, start));
      world.settle();
    }
    // The second loss is followed by a wait; another shard dies meanwhile.
    world.engine.exit(world.shards(1), 2, 1);
    world.engine.done();
    world.settle();

    assertThat(world.engine.done()).containsExactly("apply rows-prep-1 [0.0, 2.1]");
    world.pass(Duration.ofSeconds(2));
    assertThat(world.engine.running(world.shards(1))).containsExactly("0.0", "1.2", "2.1");
  }

  @Test
  void upAfterDownRunsOnlyTheShardsThatHadNotFinished() {
    world.begin();
    world.engine.exit(world.shards(1), 0, 0);
    world.settle();
    world.wants(Stored.Desired.DOWN);
    world.pass(Duration.ofSeconds(1));
    assertThat(world.engine.live()).isEmpty();
    assertThat(Reservations.of(List.of(world.object), world.engine.observed(), world.nodes.nodes()))
        .as("a stopped run reserves nothing")
        .isEmpty();
    world.wants(Stored.Desired.UP);
    world.begin();

    assertThat(world.run().number()).isEqualTo(1);
    assertThat(world.engine.running(world.shards(1))).containsExactly("1.1", "2.1");
    assertThat(world.run().failures()).isEmpty();
    world.engine.exitAll(world.shards(1), 0);
    world.begin();
    assertThat(world.run().phase()).isEqualTo(Run.Phase.SUCCEEDED);
  }

  @Test
  void shardsThatTheEngineForgotAreLostAndRunAgain() {
    world.begin();
    world.engine.exit(world.shards(1), 0, 0);
    world.settle();
    world.engine.forget(world.shards(1));
    world.begin();

    assertThat(world.engine.running(world.shards(1))).containsExactly("1.1", "2.1");
    assertThat(world.run().attempts())
        .filteredOn(a -> a.number() == 1)
        .extracting(a -> a.outcome().orElseThrow())
        .containsExactly(Outcome.FINISHED, Outcome.LOST, Outcome.LOST);
  }

  @Test
  void unknownLeadsToNoAction() {
    world.begin();
    world.engine.exitAll(world.shards(1), 1);
    world.engine.away = true;
    world.engine.done();
    world.pass(Duration.ofSeconds(30));

    assertThat(world.engine.done()).isEmpty();
  }

  @Test
  void theProgressOfARetriedShardCountsOnce() {
    world.begin();
    world.engine.progress(world.shards(1), 0, 30);
    world.engine.progress(world.shards(1), 1, 20);
    world.settle();
    assertThat(world.run().progress().orElseThrow().step()).isEqualTo(50);
    world.engine.exit(world.shards(1), 0, 1);
    world.begin();
    world.engine.progress(world.shards(1), 0, 5);
    world.settle();

    assertThat(world.run().progress().orElseThrow().step()).isEqualTo(25);
  }
}
