package dev.naru.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeRuleTest {
  private static final Location.InVolume RUN = new Location.InVolume("p", "data", "cp/fraud-1");

  private static Fact.Resume from(int attempt, long step, boolean fresh) {
    return new Fact.Resume(
        Optional.of(
            new Location.InVolume(
                "p", "data", RUN.path() + "/attempts/" + attempt + "/step-" + step)),
        step,
        fresh);
  }

  @Test
  void takesTheHighestStepOfTheAttemptBefore() {
    assertThat(ResumeRule.choose(RUN, 3, List.of("step-9", "step-10", "x"), ResumeRule.nothing()))
        .isEqualTo(from(2, 10, true));
  }

  @Test
  void withoutOneBeginsWhereTheAttemptBeforeBegan() {
    assertThat(ResumeRule.choose(RUN, 3, List.of("step-9.tmp"), from(1, 40, true)))
        .isEqualTo(from(1, 40, false));
    assertThat(ResumeRule.choose(RUN, 2, List.of(), ResumeRule.nothing()))
        .isEqualTo(ResumeRule.nothing());
  }

  @Test
  void recordSaysWhatWasChosen() {
    for (Fact.Resume resume : List.of(ResumeRule.nothing(), from(1, 40, true), from(2, 7, false))) {
      assertThat(ResumeRule.read(RUN, ResumeRule.write(RUN, resume))).contains(resume);
    }
  }

  @Test
  void recordThatIsNotWholeSaysNothing() {
    String whole = ResumeRule.write(RUN, from(1, 40, true));
    for (int end = 0; end < whole.length(); end++) {
      assertThat(ResumeRule.read(RUN, whole.substring(0, end))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step-",
        "step--1",
        "step-01",
        "step-1.tmp",
        "Step-1",
        "step-1 ",
        "step-9999999999999999999"
      })
  void otherNamesAreNoCheckpoints(String name) {
    assertThat(ResumeRule.step(name)).isEmpty();
  }
}
