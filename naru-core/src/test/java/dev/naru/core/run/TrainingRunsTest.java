package dev.naru.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Member;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.core.state.Stored;
import dev.naru.spec.Training;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingRunsTest {
  private static final String DIR = "ckpt/fraud-1";

  private final RunWorld world =
      new RunWorld(Specs.training("model: {promoteWhen: 'metrics.auc >= 0.9'}"));

  @Test
  void aRunWhoseRanksAllFinishMakesAPromotedModel() {
    world.begin();
    world.engine.exitAll(world.gang(1, 1), 0);
    world.settle();

    assertThat(world.run().phase()).isEqualTo(Run.Phase.SUCCEEDED);
    assertThat(world.attempt().outcome()).contains(Outcome.FINISHED);
    assertThat(world.state().promoted()).map(ModelVersion::version).contains(1);
    assertThat(world.state().promoted())
        .map(ModelVersion::reason)
        .contains("metrics.auc is 0.95, >= 0.9");
    assertThat(world.words())
        .containsExactly("RunStarted", "AttemptStarted", "AttemptFinished", "ModelPromoted");
    assertThat(world.engine.live()).isEmpty();
  }

  @Test
  void progressIsPutDownOnceASecondAndTheLastOfItAlways() {
    world.begin();
    world.engine.progress(world.gang(1, 1), 0, 1);
    world.pass(Duration.ofMillis(100));
    world.engine.progress(world.gang(1, 1), 0, 2);
    world.pass(Duration.ofMillis(100));
    assertThat(step()).isEqualTo(1);
    world.pass(Duration.ofMillis(900));
    assertThat(step()).isEqualTo(2);

    world.engine.progress(world.gang(1, 1), 0, 3);
    world.engine.exitAll(world.gang(1, 1), 0);
    world.pass(Duration.ofMillis(100));
    assertThat(step()).isEqualTo(3);
  }

  private long step() {
    return world.run().progress().orElseThrow().step();
  }

  @Test
  void noRunBeginsWhileAnotherWorkloadWritesInItsVolume() {
    world.volumeInUse = Optional.of("waits for volume/data");
    world.pass(Duration.ofSeconds(1));

    assertThat(world.state().runs()).isEmpty();
    assertThat(world.reason).isEqualTo("VolumeInUse");
    assertThat(world.message).isEqualTo("waits for volume/data");
    world.volumeInUse = Optional.empty();
    world.begin();
    assertThat(world.run().phase()).isEqualTo(Run.Phase.ACTIVE);
  }

  @Test
  void aSucceededRunOfTheSameKeyIsNotRepeated() {
    finished(1);
    world.pass(Duration.ofSeconds(1));

    assertThat(world.state().runs()).hasSize(1);
    world.engine.done();
    world.pass(Duration.ofSeconds(1));
    assertThat(world.engine.done()).isEmpty();
  }

  @Test
  void aDeadRankHasTheSurvivorsKilledAtOnceAndTheNextAttemptResume() {
    world.begin();
    world.engine.checkpoint(DIR, 1, 40);
    world.engine.progress(world.gang(1, 1), 0, 45);
    world.settle();
    world.engine.done();
    world.engine.exit(world.gang(1, 1), 1, 137);
    world.settle();

    assertThat(world.engine.done()).first().isEqualTo("remove fraud-train-1-1 PT0S");
    world.engine.later(Duration.ofMillis(1));
    world.settle();

    assertThat(world.engine.done()).containsExactly("apply fraud-train-1-2 [0.0, 1.0]");
    Attempt first = world.run().attempts().getFirst();
    assertThat(first.outcome()).contains(Outcome.FAILED);
    assertThat(first.reason()).isEqualTo("rank 1 was killed by signal 9");
    assertThat(world.attempt().resumedFromStep()).contains(40L);
    assertThat(world.attempt().resumedFrom()).contains(DIR + "/attempts/1/step-40");
    assertThat(world.run().failures()).isEmpty();
  }

  @Test
  void progressBeyondTheResumedStepIsTheRecovery() {
    world.begin();
    world.engine.checkpoint(DIR, 1, 40);
    world.engine.exit(world.gang(1, 1), 0, 1);
    world.begin();
    world.engine.progress(world.gang(1, 2), 0, 40);
    world.settle();
    assertThat(world.attempt().firstProgressAt()).isEmpty();
    world.engine.later(Duration.ofMillis(700));
    world.engine.progress(world.gang(1, 2), 0, 41);
    world.settle();

    assertThat(world.attempt().recovery(world.run().attempts().getFirst()))
        .contains(Duration.ofSeconds(1));
    assertThat(world.words()).contains("Recovered");
  }

  @Test
  void onlyAttemptsWithoutANewCheckpointUseUpTheBudgetAndTheirWaitsGrow() {
    world.begin();
    for (int attempt = 1; attempt <= 3; attempt++) {
      world.engine.checkpoint(DIR, attempt, attempt * 10L);
      world.engine.exit(world.gang(1, attempt), 0, 1);
      world.begin();
    }
    assertThat(world.run().failures()).isEmpty();

    List<Long> waits = new ArrayList<>();
    for (int attempt = 4; attempt <= 8; attempt++) {
      world.engine.exit(world.gang(1, attempt), 0, 1);
      world.engine.later(Duration.ofMillis(1));
      world.settle();
      world.engine.later(Duration.ofMillis(1));
      world.settle();
      if (world.run().over()) {
        break;
      }
      waits.add(Duration.between(world.engine.now, world.attempt().notBefore()).toSeconds());
      world.pass(Duration.ofSeconds(31));
      assertThat(world.attempt().number()).isEqualTo(attempt + 1);
      assertThat(world.attempt().resumedFromStep()).contains(30L);
    }

    assertThat(waits).containsExactly(0L, 1L, 2L, 4L);
    assertThat(world.run().phase()).isEqualTo(Run.Phase.FAILED);
    assertThat(world.run().message())
        .isEqualTo(
            "5 of 5 attempts failed without a new checkpoint; the last: rank 0 ended with 1");
    assertThat(world.engine.live()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "EXITED, 64, REFUSED, FAILED, 0",
    "EXITED, 78, REFUSED, FAILED, 0",
    "EXITED, 79, FAILED, ACTIVE, 1",
    "EXITED, 63, FAILED, ACTIVE, 1",
    "EXITED, 1, FAILED, ACTIVE, 1",
    "EXITED, 137, FAILED, ACTIVE, 1",
    "EXITED, 143, FAILED, ACTIVE, 1",
    "OUT_OF_MEMORY, 137, OUT_OF_MEMORY, ACTIVE, 1",
    "LOST, -1, LOST, ACTIVE, 1",
  })
  void whatARankEndedWithDecidesWhetherItIsTriedAgain(
      Exit.Cause cause, int code, Outcome outcome, Run.Phase phase, int counted) {
    world.begin();
    world.engine.exit(world.gang(1, 1), 0, cause, code);
    world.begin();

    assertThat(world.run().attempts().getFirst().outcome()).contains(outcome);
    assertThat(world.run().phase()).isEqualTo(phase);
    assertThat(world.run().failures().getOrDefault(0, 0)).isEqualTo(counted);
    assertThat(world.run().attempts()).hasSize(phase == Run.Phase.ACTIVE ? 2 : 1);
  }

  @Test
  void aProgramThatAlwaysEndsWith143IsNotStartedForEver() {
    world.begin();
    for (int i = 0; i < 400 && !world.run().over(); i++) {
      world.engine.exit(world.gang(1, world.attempt().number()), 0, 143);
      world.pass(Duration.ofSeconds(1));
    }

    assertThat(world.run().phase()).isEqualTo(Run.Phase.FAILED);
    assertThat(world.run().attempts()).hasSize(5);
  }

  @Test
  void aRankThatADrainAskedToStopHasNotFinishedAndIsNotCounted() {
    world.begin();
    world.engine.drain(world.gang(1, 1), 0);
    world.engine.exit(world.gang(1, 1), 0, 0);
    world.begin();

    assertThat(world.run().attempts().getFirst().outcome()).contains(Outcome.INTERRUPTED);
    assertThat(world.attempt().number()).isEqualTo(2);
    assertThat(world.run().failures()).isEmpty();
  }

  @Test
  void theFirstRankToEndBadlyIsTheCause() {
    world.begin();
    world.engine.exit(world.gang(1, 1), 1, 64);
    world.engine.later(Duration.ofMillis(5));
    world.engine.exit(world.gang(1, 1), 0, 1);
    world.settle();

    assertThat(world.run().attempts().getFirst().reason()).isEqualTo("rank 1 ended with 64");
  }

  @Test
  void ofTwoEndsInOneMomentTheOneThatNobodyAskedForIsTheCause() {
    world.begin();
    world.engine.drain(world.gang(1, 1), 0);
    world.engine.exit(world.gang(1, 1), 0, 0);
    world.engine.exit(world.gang(1, 1), 1, 1);
    world.settle();

    assertThat(world.run().attempts().getFirst().reason()).isEqualTo("rank 1 ended with 1");
  }

  @Test
  void anUnknownObservationLeadsToNoActionAtAll() {
    world.begin();
    world.engine.exit(world.gang(1, 1), 0, 1);
    world.engine.away = true;
    world.engine.done();
    Stored before = world.object;
    world.pass(Duration.ofSeconds(60));

    assertThat(world.engine.done()).isEmpty();
    assertThat(world.object).isEqualTo(before);
    assertThat(world.reason).isEqualTo("EngineUnknown");
  }

  @Test
  void aGangThatTheEngineForgotAfterItRanIsLost() {
    world.begin();
    world.engine.forget(world.gang(1, 1));
    world.settle();

    assertThat(world.run().attempts().getFirst().outcome()).contains(Outcome.LOST);
    assertThat(world.attempt().number()).isEqualTo(2);
  }

  @Test
  void aRankThatTheEngineForgotIsNeverStartedTwiceInOneAttempt() {
    world.begin();
    world.engine.forget(world.gang(1, 1), new Member(1, 0));
    world.engine.done();
    world.begin();

    assertThat(world.run().attempts().getFirst().outcome()).contains(Outcome.LOST);
    assertThat(new LinkedHashSet<>(world.engine.done()))
        .containsExactly("remove fraud-train-1-1 PT0S", "apply fraud-train-1-2 [0.0, 1.0]");
  }

  @Test
  void downStopsWithGraceAndUpGoesOnWithTheNextAttempt() {
    world.begin();
    world.engine.checkpoint(DIR, 1, 40);
    world.engine.done();
    world.wants(Stored.Desired.DOWN);
    world.settle();
    assertThat(world.engine.done()).first().isEqualTo("remove fraud-train-1-1 PT5S");
    assertThat(world.run().phase()).isEqualTo(Run.Phase.STOPPED);
    world.wants(Stored.Desired.UP);
    world.settle();
    assertThat(world.run().phase()).as("ranks still stop").isEqualTo(Run.Phase.STOPPED);
    world.begin();

    assertThat(world.run().number()).isEqualTo(1);
    assertThat(world.run().phase()).isEqualTo(Run.Phase.ACTIVE);
    assertThat(world.attempt().number()).isEqualTo(2);
    assertThat(world.attempt().resumedFromStep()).contains(40L);
    assertThat(world.run().failures()).isEmpty();
  }

  @Test
  void downWhileTheModelIsPublishedLosesNothing() {
    world.begin();
    world.engine.exitAll(world.gang(1, 1), 0);
    // The write that ends the attempt, then the control plane dies.
    world.turn(step -> step < 1);
    assertThat(world.run().phase()).isEqualTo(Run.Phase.SEALING);
    world.wants(Stored.Desired.DOWN);
    world.begin();
    world.wants(Stored.Desired.UP);
    world.begin();

    assertThat(world.run().phase()).isEqualTo(Run.Phase.SUCCEEDED);
    assertThat(world.state().runs()).hasSize(1);
    assertThat(world.state().models()).hasSize(1);
  }

  @Test
  void aChangedCommandReplacesTheRunOnceNothingOfItIsLeft() {
    world.begin();
    world.engine.stubborn = true;
    world.wants(Specs.training("command: ['other']"));
    world.pass(Duration.ofSeconds(4));
    assertThat(world.state().runs()).hasSize(1);
    assertThat(world.run().message()).isEqualTo("the file now asks for something else");
    world.pass(Duration.ofSeconds(2));

    assertThat(world.run().number()).isEqualTo(2);
    assertThat(world.engine.live()).containsExactly(world.gang(2, 1));
    assertThat(world.attempt().resumedFromStep()).contains(0L);
  }

  @Test
  void aCommandChangedBackWhileTheRunWasStoppedIsNothingNew() {
    finished(1);
    world.wants(Specs.training("command: ['other']"));
    world.begin();
    world.wants(Specs.training(""));
    world.begin();

    assertThat(world.run().phase()).isEqualTo(Run.Phase.STOPPED);
    assertThat(world.state().lastRun()).isEqualTo(2);
    assertThat(world.engine.live()).isEmpty();
  }

  @Test
  void whatIsNotInTheKeyChangesNothingThatRuns() {
    world.begin();
    world.engine.done();
    world.wants(Specs.training("resources: {memory: '1Gi'}, recovery: {attempts: 9}"));
    world.begin();

    assertThat(world.engine.done()).isEmpty();
    assertThat(world.run().number()).isEqualTo(1);
  }

  @Test
  void aFailedRunOfTheSameKeyIsRepeatedOnlyWhereSomebodyAsks() {
    world.begin();
    world.engine.exit(world.gang(1, 1), 0, 64);
    world.begin();
    assertThat(world.run().phase()).isEqualTo(Run.Phase.FAILED);
    world.pass(Duration.ofSeconds(60));
    assertThat(world.state().lastRun()).isEqualTo(1);
    world.asks(Run.Cause.RERUN);
    finished(2);

    assertThat(world.run().cause()).isEqualTo(Run.Cause.RERUN);
    assertThat(world.state().models()).extracting(ModelVersion::run).containsExactly(2);
    assertThat(world.state().models()).extracting(ModelVersion::version).containsExactly(1);
  }

  @Test
  void aRerunStartsFromNothing() {
    world.begin();
    world.engine.checkpoint(DIR, 1, 40);
    world.engine.exitAll(world.gang(1, 1), 0);
    world.settle();
    world.asks(Run.Cause.RERUN);
    world.begin();

    assertThat(world.attempt().resumedFrom()).isEmpty();
    assertThat(world.run().number()).isEqualTo(2);
  }

  @Test
  void theModelOfADrillIsRecordedButNeverPromoted() {
    finished(1);
    world.asks(Run.Cause.DRILL);
    finished(2);
    world.wants(Specs.training("model: {promoteWhen: 'metrics.auc > 0.1'}"));
    world.settle();

    assertThat(world.state().models())
        .extracting(ModelVersion::version, ModelVersion::promoted)
        .containsExactly(tuple(1, true), tuple(2, false));
  }

  @Test
  void aDrillProvesNothingAboutTheFile() {
    world.asks(Run.Cause.DRILL);
    finished(1);
    world.settle();

    assertThat(world.run().number()).isEqualTo(2);
    assertThat(world.run().cause()).isEqualTo(Run.Cause.FILE);
  }

  @Test
  void manyDrillsForgetNeitherTheFinishedRunNorThePromotedModel() {
    finished(1);
    for (int run = 2; run <= 130; run++) {
      world.asks(Run.Cause.DRILL);
      finished(run);
    }
    world.begin();

    assertThat(world.state().lastRun()).isEqualTo(130);
    assertThat(world.state().runs()).hasSize(20);
    assertThat(world.state().models()).hasSize(100);
    assertThat(world.state().promoted()).map(ModelVersion::version).contains(1);
    assertThat(world.run().model()).contains(130);
  }

  @Test
  void aChangedRuleJudgesEveryModelAgainByItsStoredMetrics() {
    world.engine.metrics = new TreeMap<>(Map.of("auc", 0.91));
    finished(1);
    world.asks(Run.Cause.RERUN);
    world.engine.metrics = new TreeMap<>(Map.of("auc", 0.95));
    finished(2);
    assertThat(world.state().promoted()).map(ModelVersion::version).contains(2);

    world.wants(Specs.training("model: {promoteWhen: 'metrics.auc >= 0.99'}"));
    world.settle();
    assertThat(world.state().promoted()).isEmpty();
    world.wants(Specs.training("model: {promoteWhen: 'metrics.auc < 0.93'}"));
    world.settle();
    assertThat(world.state().promoted()).map(ModelVersion::version).contains(1);
    assertThat(world.engine.live()).isEmpty();
    assertThat(world.state().lastRun()).isEqualTo(2);
  }

  @Test
  void aRuleThatChangesDuringARunJudgesItsModelOnce() {
    world.begin();
    world.wants(Specs.training("model: {promoteWhen: 'metrics.auc >= 0.99'}"));
    world.words();
    world.engine.exitAll(world.gang(1, 1), 0);
    world.settle();

    assertThat(world.words()).containsExactly("AttemptFinished", "ModelNotPromoted");
    assertThat(world.state().promoted()).isEmpty();
  }

  @Test
  void aWorkloadThatTheFileNamesAgainGoesOnWithItsNumbers() {
    finished(1);
    world.wants(Stored.Desired.REMOVED);
    world.begin();
    world.wants(Specs.training("command: ['other']"));
    world.wants(Stored.Desired.UP);
    finished(2);

    assertThat(world.run().model()).contains(2);
  }

  @Test
  void aRunWaitsForItsInputsAndReadsTheirRuns() {
    RunWorld fed = new RunWorld(Specs.training("inputs: [{from: 'rows'}]"));
    fed.inputs.put("rows", new InputState.Waiting("waits for preparation/rows"));
    fed.begin();
    assertThat(fed.reason).isEqualTo("WaitingForInputs");
    fed.inputs.put("rows", new InputState.Failed("preparation/rows failed"));
    fed.begin();
    assertThat(fed.reason).isEqualTo("InputFailed");
    assertThat(fed.state().runs()).isEmpty();
    fed.inputs.put("rows", new InputState.Ready(7, "data", "rows"));
    fed.begin();

    assertThat(fed.run().sources()).containsEntry("rows", new Run.Source(7, "data", "rows"));
  }

  @Test
  void aGroupThatNobodyWantsIsRemoved() {
    world.begin();
    RunWorld other = new RunWorld(Specs.training(""));
    world.object = other.object.with(Stored.Desired.DOWN);
    world.begin();

    assertThat(world.engine.live()).isEmpty();
  }

  @Test
  void aTrainingWithoutCheckpointsBeginsEveryAttemptFromNothing() {
    RunWorld plain =
        new RunWorld(
            new Training(
                Specs.training("").metadata(), withoutCheckpoints(Specs.training("").spec())));
    plain.begin();
    plain.engine.exit(plain.gang(1, 1), 0, 1);
    plain.begin();

    assertThat(plain.attempt().number()).isEqualTo(2);
    assertThat(plain.attempt().resumedFromStep()).contains(0L);
    assertThat(plain.run().failures()).containsEntry(0, 1);
  }

  private static Training.Spec withoutCheckpoints(Training.Spec s) {
    return new Training.Spec(
        s.image(),
        s.command(),
        s.workers(),
        s.inputs(),
        Optional.empty(),
        s.recovery(),
        s.model(),
        s.env(),
        s.secrets(),
        s.resources(),
        s.limits(),
        s.isolation(),
        s.egress(),
        s.ingress(),
        s.grace());
  }

  /** Lets the run of that number begin and finish at its first attempt. */
  private void finished(int run) {
    world.begin();
    world.engine.exitAll(world.gang(run, 1), 0);
    world.begin();
    assertThat(world.state().runs())
        .filteredOn(r -> r.number() == run)
        .extracting(Run::phase)
        .containsExactly(Run.Phase.SUCCEEDED);
  }
}
