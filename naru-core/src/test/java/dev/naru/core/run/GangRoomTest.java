package dev.naru.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Features;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.core.state.Stored;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GangRoomTest {
  private final RunWorld world = new RunWorld(Specs.training(""));

  @Test
  void aGangWithoutRoomIsThereToBeLookedAtAndSaysWhichNodesAreShortOfWhat() {
    world.nodes = Specs.room("150m", "100Gi");
    world.pass(Duration.ofSeconds(1));

    assertThat(world.engine.done()).containsExactly("apply fraud-train-1-1 []");
    assertThat(world.attempt().phase()).isEqualTo(Attempt.Phase.PLANNED);
    assertThat(world.reason).isEqualTo("NoRoom");
    assertThat(world.message)
        .isEqualTo(
            "waits for room: 2 × 100m cpu and 256Mi memory wanted, room for 1; free: n1 150m cpu,"
                + " 100Gi memory (short of cpu)");
    world.nodes = Specs.room("200m", "512Mi");
    world.settle();
    assertThat(world.engine.done()).containsExactly("apply fraud-train-1-1 [0.0, 1.0]");
  }

  @Test
  void anEngineThatShowsNoWaitingGangsIsGivenNone() {
    world.features = new Features(false, true, true, false, false);
    world.nodes = Specs.room("150m", "100Gi");
    world.pass(Duration.ofSeconds(1));

    assertThat(world.engine.done()).isEmpty();
    assertThat(world.attempt().resumedFromStep()).isEmpty();
    assertThat(world.reason).isEqualTo("NoRoom");
  }

  @Test
  void theResumePointOfAWaitingGangIsChosenOnce() {
    world.begin();
    world.engine.checkpoint("ckpt/fraud-1", 1, 40);
    world.nodes = Specs.room("150m", "100Gi");
    world.engine.exit(world.gang(1, 1), 1, 1);
    world.begin();
    assertThat(world.attempt().resumedFromStep()).contains(40L);
    assertThat(world.attempt().phase()).isEqualTo(Attempt.Phase.PLANNED);

    world.engine.checkpoint("ckpt/fraud-1", 1, 60);
    world.nodes = Specs.room("1", "100Gi");
    world.begin();
    assertThat(world.attempt().number()).isEqualTo(2);
    assertThat(world.attempt().phase()).isEqualTo(Attempt.Phase.RUNNING);
    assertThat(world.attempt().resumedFromStep()).contains(40L);
  }

  @Test
  void aGangOfWhichARankFindsNoNodeIsPutBackAndNothingIsCounted() {
    world.engine.placed = 1;
    world.pass(Duration.ofSeconds(59));
    assertThat(world.attempt().number()).isEqualTo(1);
    assertThat(world.engine.running(world.gang(1, 1))).containsExactly("0.0");
    assertThat(world.reason).isEqualTo("Starting");

    world.pass(Duration.ofSeconds(2));
    Attempt first = world.run().attempts().getFirst();
    assertThat(first.outcome()).contains(Outcome.INTERRUPTED);
    assertThat(first.reason())
        .isEqualTo("rank 1 was given no node within 60 s, so all ranks are put back: no node");
    assertThat(world.run().failures()).isEmpty();
    assertThat(world.engine.live()).isEmpty();
    assertThat(world.attempt().number()).isEqualTo(2);
    assertThat(world.reason).as("others have a try first").isEqualTo("BackingOff");

    world.engine.placed = 2;
    world.pass(Duration.ofSeconds(30));
    assertThat(world.engine.running(world.gang(1, 2))).containsExactly("0.0", "1.0");
  }

  @Test
  void aWaitingGangThatIsPutBackSaysWhatItWaitsFor() {
    world.engine.placed = 1;
    world.pass(Duration.ofSeconds(59));
    world.nodes = Specs.room("150m", "100Gi");
    world.pass(Duration.ofSeconds(2));

    assertThat(world.attempt().number()).isEqualTo(2);
    assertThat(world.reason).isEqualTo("NoRoom");
  }

  @Test
  void aGangPutBackWakesTheControlPlaneInTime() {
    world.engine.placed = 0;
    Instant began = world.engine.now;
    world.begin();

    assertThat(world.wakeAt).contains(began.plusSeconds(60));
  }

  @Test
  void whatIsThereOfAWaitingGangGoesWithDownAndComesBackWithUp() {
    world.nodes = Specs.room("150m", "100Gi");
    world.begin();
    world.engine.done();
    world.wants(Stored.Desired.DOWN);
    world.begin();
    assertThat(world.engine.done()).first().asString().startsWith("remove fraud-train-1-1");
    assertThat(world.engine.observed()).isEmpty();

    world.wants(Stored.Desired.UP);
    world.nodes = Specs.room("1", "100Gi");
    world.begin();
    assertThat(world.run().phase()).isEqualTo(Run.Phase.ACTIVE);
    assertThat(world.engine.running(world.gang(1, 1))).containsExactly("0.0", "1.0");
  }
}
