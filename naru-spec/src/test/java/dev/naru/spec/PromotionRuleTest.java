package dev.naru.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.naru.spec.PromotionRule.Verdict;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromotionRuleTest {
  @ParameterizedTest
  @CsvSource({
    "metrics.auc >= 0.90, true",
    "metrics.auc>=0.93, true",
    "metrics.auc > 0.93, false",
    "metrics.auc == 0.93, true",
    "metrics.auc < 1e0, true",
    "metrics.auc <= .5, false",
    "metrics.auc > -1 && metrics.loss < 0.5, true",
    "metrics.auc > 0.9 && metrics.loss < 0.1, false"
  })
  void comparesMetricsWithNumbers(String rule, boolean promoted) {
    Verdict verdict = PromotionRule.parse(rule).judge(Map.of("auc", 0.93, "loss", 0.25));

    assertThat(verdict.promoted()).isEqualTo(promoted);
  }

  @Test
  void givesTheFiguresForWhichAModelIsPromoted() {
    assertThat(judge(Map.of("auc", 0.93, "loss", 0.25)))
        .isEqualTo(new Verdict(true, "metrics.auc is 0.93, >= 0.90; metrics.loss is 0.25, < 0.3"));
  }

  @Test
  void givesOnlyTheReasonsAgainstAModelThatIsNot() {
    assertThat(judge(Map.of("auc", 0.93, "loss", 0.5)))
        .isEqualTo(new Verdict(false, "metrics.loss is 0.5, wanted < 0.3"));
  }

  @Test
  void doesNotPromoteForAMissingMetric() {
    assertThat(judge(Map.of("accuracy", 0.9, "loss", 0.1)))
        .isEqualTo(
            new Verdict(
                false, "the model has no metric auc, wanted >= 0.90 (it has accuracy, loss)"));
  }

  @Test
  void doesNotPromoteWithoutAnyMetrics() {
    assertThat(PromotionRule.parse("metrics.auc >= 0.90").judge(Map.of()))
        .isEqualTo(
            new Verdict(
                false, "the model has no metric auc, wanted >= 0.90 (the model has no metrics)"));
  }

  @Test
  void doesNotPromoteForAMetricThatIsNotANumber() {
    assertThat(judge(Map.of("auc", Double.NaN, "loss", 0.1)))
        .isEqualTo(new Verdict(false, "metrics.auc is not a number, wanted >= 0.90"));
  }

  @Test
  void promotesEveryModelWithoutARule() {
    assertThat(PromotionRule.ALWAYS.judge(Map.of()))
        .isEqualTo(new Verdict(true, "there is no promotion rule"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "auc > 1",
        "metrics.auc",
        "metrics.auc >",
        "metrics.auc => 1",
        "metrics.auc > high",
        "metrics.auc != 1",
        "metrics. > 1",
        "metrics.auc > 1 &&",
        "metrics.auc > 1 & metrics.b > 1",
        "metrics.auc > NaN",
        "metrics.auc > 1; drop",
        "1 < metrics.auc",
        "metrics.auc > metrics.b"
      })
  void refusesWhatIsNoRule(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PromotionRule.parse(text))
        .withMessageStartingWith("expected comparisons such as 'metrics.auc >= 0.90'");
  }

  @Property
  void judgesAnyMetric(@ForAll double value) {
    Verdict verdict = PromotionRule.parse("metrics.m >= 0.5").judge(Map.of("m", value));

    assertThat(verdict.promoted()).isEqualTo(value >= 0.5);
  }

  private static Verdict judge(Map<String, Double> metrics) {
    return PromotionRule.parse("metrics.auc >= 0.90 && metrics.loss < 0.3").judge(metrics);
  }
}
