package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Judgement.Level;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an engine does not do as the file says is said before anything starts. */
public interface PlanClaims extends EngineClaims {
  private Optional<Level> said(String more, String field) {
    List<Judgement> all = engine().judge(Specs.training(more));
    assertThat(all).allMatch(j -> j.ref().equals("training/fraud") && !j.message().isBlank());
    return all.stream()
        .filter(j -> j.field().equals(field))
        .map(Judgement::level)
        .max(Level::compareTo);
  }

  @Test
  default void linksThatAreNotEnforcedAreALineOfThePlan() {
    assertThat(said("", "spec.isolation").isPresent())
        .isEqualTo(!engine().features().enforcesLinks());
  }

  @Test
  default void requiredIsolationThatIsNotEnforcedIsRefused() {
    assertThat(said("isolation: 'required'", "spec.isolation"))
        .isEqualTo(
            engine().features().enforcesLinks() ? Optional.empty() : Optional.of(Level.REFUSED));
  }

  @Test
  default void limitsThatAreNotEnforcedAreALineOfThePlan() {
    assertThat(said("", "spec.resources").isPresent())
        .isEqualTo(!engine().features().enforcesLimits());
  }
}
