package dev.naru.server.api;

import static dev.naru.server.api.Lives.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.state.Event;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WhyTest {
  private static final Observation ABSENT = new Observation.Absent();

  private static Event event(int second, String reason, String message) {
    return new Event(Lives.TRAINING, at(second), Event.Level.NORMAL, reason, message);
  }

  private static Why why(Live live, Event... events) {
    return Why.of(live, StatusView.standing(live, _ -> "http://127.0.0.1:8801"), List.of(events));
  }

  private static Live live(State.OfRuns state, String reason) {
    return Lives.training(Desired.UP, state, reason, ABSENT);
  }

  @Test
  void tellsARunThatGoesOnWithItsAttemptAndStep() {
    Run run =
        Lives.run(3, Run.Phase.ACTIVE, List.of(Lives.killed(1, 0), Lives.running(2, 40)))
            .at(new Progress(120, Optional.of(200L), new TreeMap<>(), at(9)));
    Why why = why(live(Lives.runs(List.of(), run), ""));
    assertThat(why.ref()).isEqualTo("training/fraud");
    assertThat(why.phase()).isEqualTo("Running");
    assertThat(why.summary())
        .isEqualTo("training/fraud is running (fraud-3, attempt 2, step 120 of 200).");
  }

  @Test
  void tellsWhyARunFailed() {
    Run run = Lives.run(1, Run.Phase.FAILED, List.of(Lives.killed(1, 0)));
    assertThat(why(live(Lives.runs(List.of(), run), "")).summary())
        .isEqualTo(
            "training/fraud has failed (fraud-1, attempt 1): rank 1 ended with 65; such an exit is"
                + " not tried again.");
  }

  @Test
  void tellsWhatItWaitsFor() {
    assertThat(why(live(State.OfRuns.none(), "WaitingForInputs")).summary())
        .isEqualTo("training/fraud is pending: it is so.");
  }

  @Test
  void tellsThatAModelWasNotPromoted() {
    Run run = Lives.run(1, Run.Phase.SUCCEEDED, List.of(Lives.running(1, 0)));
    assertThat(why(live(Lives.runs(List.of(Lives.model(1, false)), run), "")).summary())
        .isEqualTo(
            "training/fraud has succeeded (fraud-1, attempt 1); its model was not promoted:"
                + " metrics.auc is 0.81.");
  }

  @Test
  void beginsWithTheRunThatIsMeant() {
    Why why =
        why(
            live(State.OfRuns.none(), ""),
            event(1, "RunStarted", "fraud-1 was started: no earlier run has its key"),
            event(2, "RunFailed", "fraud-1 failed"),
            event(3, "RunStarted", "fraud-2 was started: somebody asked to run it again"),
            event(4, "AttemptEnded", "attempt 1 of fraud-2 ended: rank 1 was killed by signal 9"));
    assertThat(why.causes())
        .extracting(Why.Cause::text)
        .containsExactly(
            "fraud-2 was started: somebody asked to run it again.",
            "Attempt 1 of fraud-2 ended: rank 1 was killed by signal 9.");
    assertThat(why.causes().getFirst().at()).isEqualTo(at(3));
  }

  @Test
  void tellsAtMostTheLastFiftyCauses() {
    List<Event> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(event(i, "Scaled", i + " replicas wanted"));
    }
    Why why = why(live(State.OfRuns.none(), ""), many.toArray(Event[]::new));
    assertThat(why.causes()).hasSize(50);
    assertThat(why.causes().getLast().text()).isEqualTo("199 replicas wanted.");
  }
}
