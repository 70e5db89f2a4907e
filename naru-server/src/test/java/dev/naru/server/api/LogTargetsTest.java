package dev.naru.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored.Desired;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LogTargetsTest {
  private static final OptionalInt NONE = OptionalInt.empty();

  private static final Live TRAINING =
      Lives.training(
          Desired.UP,
          Lives.runs(
              List.of(),
              Lives.run(1, Run.Phase.SUCCEEDED, List.of(Lives.running(1, 0))),
              Lives.run(2, Run.Phase.ACTIVE, List.of(Lives.killed(1, 0), Lives.running(2, 40)))),
          "",
          new Observation.Absent());

  private static List<String> targets(
      Live live, OptionalInt index, OptionalInt run, OptionalInt attempt) {
    return LogTargets.of(live, new LogTargets.Wanted(index, run, attempt)).stream()
        .map(t -> t.label() + " of " + t.group().name() + "/" + t.member())
        .toList();
  }

  @Test
  void meansAllRanksOfTheNewestAttempt() {
    assertThat(targets(TRAINING, NONE, NONE, NONE))
        .containsExactly("rank 0 of fraud-train-2-2/0.0", "rank 1 of fraud-train-2-2/1.0");
  }

  @Test
  void findsOneRankOfAnEarlierAttemptOrRun() {
    assertThat(targets(TRAINING, OptionalInt.of(1), NONE, OptionalInt.of(1)))
        .containsExactly("rank 1 of fraud-train-2-1/1.0");
    assertThat(targets(TRAINING, OptionalInt.of(0), OptionalInt.of(1), NONE))
        .containsExactly("rank 0 of fraud-train-1-1/0.0");
  }

  @Test
  void meansTheReplicasOfTheNewestRevision() {
    Live live =
        Lives.inference(
            Desired.UP,
            2,
            true,
            "",
            List.of(
                Lives.revision(1, Lives.member(0, 0)),
                Lives.revision(2, Lives.member(0, 0), Lives.member(1, 3))));
    assertThat(targets(live, NONE, NONE, NONE))
        .containsExactly("replica 0 of fraud-infer-2/0.0", "replica 1 of fraud-infer-2/1.3");
    assertThat(targets(live, OptionalInt.of(1), NONE, OptionalInt.of(1)))
        .containsExactly("replica 1 of fraud-infer-2/1.0");
    assertThat(targets(live, NONE, OptionalInt.of(1), NONE))
        .containsExactly("replica 0 of fraud-infer-1/0.0");
  }

  @Test
  void saysWhatThereIsNot() {
    assertThatThrownBy(() -> targets(TRAINING, NONE, OptionalInt.of(9), NONE))
        .isInstanceOf(NaruException.class)
        .hasMessage("there is no run fraud-9 any more");
    assertThatThrownBy(() -> targets(TRAINING, NONE, NONE, OptionalInt.of(3)))
        .hasMessage("fraud-2 has no attempt 3; the newest is 2");
    assertThatThrownBy(() -> targets(TRAINING, OptionalInt.of(2), NONE, NONE))
        .hasMessage("training/fraud has no such replica; there are 2");
    Live never = Lives.training(Desired.UP, State.OfRuns.none(), "", new Observation.Absent());
    assertThatThrownBy(() -> targets(never, NONE, NONE, NONE))
        .hasMessage("training/fraud never ran: no logs");
  }
}
