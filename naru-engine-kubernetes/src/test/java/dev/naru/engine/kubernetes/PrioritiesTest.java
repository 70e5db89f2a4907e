package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Judgement;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrioritiesTest {
  private static PriorityClass of(String name, String work, int value) {
    return new PriorityClassBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels(Priorities.LABEL, work)
        .endMetadata()
        .withValue(value)
        .build();
  }

  @Test
  void theHighestClassThatIsLabelledForAKindOfWorkIsItsOwn() {
    Priorities.Found found =
        Priorities.of(
            List.of(of("low", "train", -10), of("high", "train", 5), of("serving", "infer", 0)));

    assertThat(found.names()).isEqualTo(Map.of("train", "high", "infer", "serving"));
    assertThat(found.judge(Specs.training(""))).isEmpty();
  }

  @Test
  void whatHasNoPriorityOfItsOwnIsSaidInThePlan() {
    Priorities.Found none = Priorities.of(List.of());
    assertThat(none.judge(Specs.training("")))
        .containsExactly(
            new Judgement(
                Judgement.Level.DOWNGRADED,
                "training/fraud",
                "",
                "the cluster has no PriorityClass labelled naru.dev/priority-of=train, so these"
                    + " pods have the priority of any other; naru install makes one"));

    Priorities.Found unseen = new Priorities.Found(Map.of(), "priorityclasses is forbidden");
    assertThat(unseen.judge(Specs.inference("")))
        .extracting(Judgement::message)
        .containsExactly(
            "it cannot be seen whether the cluster has a PriorityClass labelled"
                + " naru.dev/priority-of=infer: priorityclasses is forbidden");
  }
}
