package dev.naru.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.GroupId;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.core.state.Stored;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Runs with faults drawn from a seed: ranks die, the engine cannot be asked or forgets, users stop
 * and change things, and the control plane dies between any write and any action. {@code
 * FakeEngine} throws where a gang is started after it was removed or a version is taken twice. More
 * seeds: {@code -Dnaru.seeds=3000}.
 */
class CrashesTest {
  private static final int SEEDS = Integer.getInteger("naru.seeds", 300);

  @Test
  void aTrainingSurvivesTheDeathOfItsControlPlaneAtEveryPoint() {
    for (int seed = 0; seed < SEEDS; seed++) {
      RunWorld world = new RunWorld(Specs.training("recovery: {attempts: 4}"));
      try {
        new Training(world, new Random(seed)).play();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + world.object.state(), e);
      }
    }
  }

  @Test
  void aPreparationSurvivesTheDeathOfItsControlPlaneAtEveryPoint() {
    for (int seed = 0; seed < SEEDS; seed++) {
      RunWorld world = new RunWorld(Specs.preparation("recovery: {attempts: 4}"));
      try {
        new Preparation(world, new Random(seed)).play();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + world.object.state(), e);
      }
    }
  }

  @Test
  void theDeathOfTheControlPlaneAtOneStepChangesNoEnd() {
    List<String> undisturbed = course(Integer.MAX_VALUE);
    for (int death = 0; death < 60; death++) {
      assertThat(course(death)).as("death at step " + death).isEqualTo(undisturbed);
    }
  }

  /**
   * A run whose first attempt dies and whose second finishes, with one death of the control plane.
   */
  private static List<String> course(int death) {
    RunWorld world = new RunWorld(Specs.training(""));
    int[] step = {0};
    for (int tick = 0; tick < 40; tick++) {
      world.nodes = Specs.room(tick < 3 ? "150m" : "1", "100Gi");
      world.turn(_ -> step[0]++ != death);
      world.engine.later(Duration.ofMillis(100));
      if (tick == 10) {
        world.engine.checkpoint("ckpt/fraud-1", 1, 10);
        world.engine.exit(world.gang(1, 1), 1, 137);
      } else if (tick == 20) {
        world.engine.exitAll(world.gang(1, 2), 0);
      }
    }
    assertThat(world.run().phase()).isEqualTo(Run.Phase.SUCCEEDED);
    assertThat(world.state().models()).hasSize(1);
    return world.run().attempts().stream()
        .map(a -> a.number() + " " + a.outcome() + " " + a.resumedFrom())
        .toList();
  }

  private abstract static class Play {
    final RunWorld world;
    final Random random;
    private final Map<String, Attempt> ends = new HashMap<>();
    private int lastRun;

    Play(RunWorld world, Random random) {
      this.world = world;
      this.random = random;
    }

    abstract void fault();

    abstract void finish();

    abstract void check();

    boolean chance(double share) {
      return random.nextDouble() < share;
    }

    void play() {
      for (int tick = 0; tick < 60; tick++) {
        wish();
        world.engine.away = chance(0.1);
        if (chance(0.25)) {
          fault();
        }
        double deadly = random.nextDouble() * 0.5;
        world.turn(_ -> !chance(deadly));
        invariants();
        world.engine.later(Duration.ofMillis(random.nextInt(3000)));
      }
      world.engine.away = false;
      world.nodes = Specs.room("100", "100Gi");
      world.engine.placed = Integer.MAX_VALUE;
      world.wants(Stored.Desired.UP);
      int rest = 0;
      for (int tick = 0; tick < 300 && rest < 3; tick++) {
        world.settle();
        world.engine.later(Duration.ofSeconds(1));
        finish();
        invariants();
        rest = world.state().active().isPresent() ? 0 : rest + 1;
      }
      assertThat(world.run().phase())
          .isIn(Run.Phase.SUCCEEDED, Run.Phase.FAILED, Run.Phase.STOPPED);
      assertThat(world.engine.live()).isEmpty();
    }

    private void wish() {
      if (chance(0.04)) {
        world.wants(Stored.Desired.DOWN);
      } else if (chance(0.3)) {
        world.wants(Stored.Desired.UP);
      }
      if (chance(0.02)) {
        world.asks(chance(0.5) ? Run.Cause.RERUN : Run.Cause.DRILL);
      }
      world.nodes = Specs.room(chance(0.2) ? "150m" : "100", "100Gi");
      world.engine.placed = chance(0.1) ? 1 : Integer.MAX_VALUE;
      if (chance(0.02)) {
        world.image = "sha256:" + random.nextInt(2);
      }
    }

    private void invariants() {
      check();
      assertThat(world.state().lastRun()).isGreaterThanOrEqualTo(lastRun);
      lastRun = world.state().lastRun();
      assertThat(world.state().runs().stream().filter(r -> !r.over()).count()).isLessThan(2);
      for (Run run : world.state().runs()) {
        for (Attempt attempt : run.attempts()) {
          if (attempt.outcome().isPresent()) {
            String name = run.number() + "/" + attempt.index() + "/" + attempt.number();
            Attempt before = ends.putIfAbsent(name, attempt);
            assertThat(before == null || before.outcome().equals(attempt.outcome()))
                .as("the end of " + name + " is never rewritten")
                .isTrue();
          }
        }
      }
    }
  }

  private static final class Training extends Play {
    Training(RunWorld world, Random random) {
      super(world, random);
    }

    @Override
    void fault() {
      List<GroupId> live = world.engine.live();
      if (live.isEmpty()) {
        return;
      }
      GroupId gang = live.get(random.nextInt(live.size()));
      int rank = random.nextInt(2);
      switch (random.nextInt(8)) {
        case 0 -> world.engine.exit(gang, rank, 137);
        case 1 -> world.engine.exit(gang, rank, Exit.Cause.OUT_OF_MEMORY, 137);
        case 2 -> world.engine.exit(gang, rank, Exit.Cause.LOST, -1);
        case 3 -> world.engine.forget(gang);
        case 4, 5 ->
            world.engine.checkpoint(
                "ckpt/fraud-" + gang.run(), gang.attempt(), random.nextInt(100));
        case 6 -> world.engine.exit(gang, rank, 0);
        default -> world.engine.exitAll(gang, chance(0.1) ? 65 : 0);
      }
    }

    @Override
    void finish() {
      world.engine.live().forEach(gang -> world.engine.exitAll(gang, 0));
    }

    @Override
    void check() {
      assertThat(world.engine.live().size()).as("live gangs").isLessThan(2);
      for (Run run : world.state().runs()) {
        List<Integer> numbers = run.attempts().stream().map(Attempt::number).toList();
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
        boolean finished =
            run.last(0).flatMap(Attempt::outcome).filter(o -> o == Outcome.FINISHED).isPresent();
        assertThat(run.phase() == Run.Phase.SUCCEEDED || run.phase() == Run.Phase.SEALING)
            .isEqualTo(finished);
        assertThat(run.model().isPresent()).isEqualTo(run.phase() == Run.Phase.SUCCEEDED);
        assertThat(
                run.attempts().stream()
                    .filter(a -> a.outcome().equals(Optional.of(Outcome.FINISHED))))
            .hasSizeLessThan(2);
      }
      assertThat(world.state().models()).extracting(ModelVersion::run).doesNotHaveDuplicates();
      for (int i = 0; i < world.state().models().size(); i++) {
        assertThat(world.state().models().get(i).version()).isEqualTo(i + 1);
      }
    }
  }

  private static final class Preparation extends Play {
    Preparation(RunWorld world, Random random) {
      super(world, random);
    }

    @Override
    void fault() {
      List<GroupId> live = world.engine.live();
      if (live.isEmpty()) {
        return;
      }
      GroupId group = live.get(random.nextInt(live.size()));
      int shard = random.nextInt(3);
      switch (random.nextInt(7)) {
        case 0 -> world.engine.exit(group, shard, 1);
        case 1 -> world.engine.exit(group, shard, Exit.Cause.LOST, -1);
        case 2 -> world.engine.forget(group);
        case 3 -> world.nodes = Specs.room(chance(0.5) ? "100m" : "4", "100Gi");
        case 4, 5 -> world.engine.exit(group, shard, 0);
        default -> world.engine.exit(group, shard, chance(0.1) ? 65 : 0);
      }
    }

    @Override
    void finish() {
      world.nodes = Specs.room("4", "100Gi");
      world.engine.live().forEach(group -> world.engine.exitAll(group, 0));
    }

    @Override
    void check() {
      assertThat(world.engine.live().size()).as("live groups").isLessThan(2);
      for (Run run : world.state().runs()) {
        long finished =
            run.attempts().stream()
                .filter(a -> a.outcome().equals(Optional.of(Outcome.FINISHED)))
                .map(Attempt::index)
                .distinct()
                .count();
        assertThat(run.phase() == Run.Phase.SUCCEEDED || run.phase() == Run.Phase.SEALING)
            .isEqualTo(finished == 3);
        assertThat(run.sealed().isPresent()).isEqualTo(run.phase() == Run.Phase.SUCCEEDED);
      }
    }
  }
}
