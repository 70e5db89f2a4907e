package dev.naru.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Bytes;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VolumeHoldsTest {
  private static final Volume ONCE = volume(Volume.Access.ReadWriteOnce);
  private static final Volume MANY = volume(Volume.Access.ReadWriteMany);
  private static final Preparation ROWS = Specs.preparation("");
  private static final Training FRAUD = Specs.training("");
  private static final GroupId GANG = new GroupId("p", Kind.TRAINING, "fraud", 1, 1);

  private static Volume volume(Volume.Access access) {
    return new Volume(
        Specs.volume("1Gi").metadata(), new Volume.Spec(Bytes.ofMebibytes(1024), access));
  }

  private static Stored idle(Resource resource) {
    State state =
        resource instanceof Workload ? State.OfRuns.none() : new State.OfThing(Optional.empty());
    return Specs.stored(resource, state);
  }

  private static Stored fraud(Run.Phase phase) {
    Run run =
        new Run(
            1,
            "key",
            Run.Cause.FILE,
            FRAUD,
            "sha256:app",
            Specs.JAVA,
            new TreeMap<>(),
            phase,
            List.of(),
            0,
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "",
            Instant.EPOCH,
            Optional.empty());
    return Specs.stored(FRAUD, new State.OfRuns(List.of(run), 1, List.of(), Optional.empty()));
  }

  private static Optional<String> rowsWait(
      Volume volume, Run.Phase phase, Map<GroupId, Observation> observed) {
    Stored rows = idle(ROWS);
    return VolumeHolds.inUse(rows, List.of(idle(volume), rows, fraud(phase)), observed);
  }

  @Test
  void secondWriterWaitsForTheFirst() {
    for (Run.Phase phase : List.of(Run.Phase.ACTIVE, Run.Phase.SEALING)) {
      assertThat(rowsWait(ONCE, phase, Map.of()))
          .contains(
              "waits for volume/data, where training/fraud (run fraud-1) writes: it is"
                  + " ReadWriteOnce");
    }
  }

  @Test
  void volumeIsHeldUntilNothingOfTheRunIsLeft() {
    assertThat(rowsWait(ONCE, Run.Phase.STOPPED, Map.of(GANG, new Observation.Seen(List.of()))))
        .isPresent();
    assertThat(rowsWait(ONCE, Run.Phase.STOPPED, Map.of(GANG, new Observation.Unknown("away"))))
        .isPresent();
    assertThat(rowsWait(ONCE, Run.Phase.STOPPED, Map.of(GANG, new Observation.Absent()))).isEmpty();
    assertThat(rowsWait(ONCE, Run.Phase.SUCCEEDED, Map.of())).isEmpty();
  }

  @Test
  void manyMayWriteInAVolumeOfMany() {
    assertThat(rowsWait(MANY, Run.Phase.ACTIVE, Map.of())).isEmpty();
  }

  @Test
  void whoWritesElsewhereOrNowhereDoesNotWait() {
    Stored reader =
        idle(
            Specs.training(
                "checkpoints: {volume: 'other', path: 'ckpt'}, inputs: [{from: 'rows'}]"));
    assertThat(
            VolumeHolds.inUse(
                reader, List.of(idle(ONCE), fraud(Run.Phase.ACTIVE), reader), Map.of()))
        .isEmpty();
  }

  @Test
  void nobodyWaitsForItself() {
    Stored fraud = fraud(Run.Phase.ACTIVE);
    assertThat(VolumeHolds.inUse(fraud, List.of(idle(ONCE), fraud), Map.of())).isEmpty();
  }

  @Test
  void planSaysWhoWaitsForWhom() {
    assertThat(VolumeHolds.judge(List.of(idle(ONCE), idle(ROWS), idle(FRAUD))))
        .containsExactly(
            new Judgement(
                Judgement.Level.DOWNGRADED,
                "volume/data",
                "spec.access",
                "preparation/rows and training/fraud write in it one after the other, since it is"
                    + " ReadWriteOnce; say ReadWriteMany to let them run at once"));
    assertThat(VolumeHolds.judge(List.of(idle(MANY), idle(ROWS), idle(FRAUD)))).isEmpty();
  }

  @Test
  void whoReadsFromTheOtherComesAfterItAnyway() {
    Stored fed = idle(Specs.training("inputs: [{from: 'rows'}]"));
    assertThat(VolumeHolds.judge(List.of(idle(ONCE), idle(ROWS), fed))).isEmpty();
  }
}
