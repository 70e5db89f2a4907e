package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QualityTest {
  @Test
  void perfectAndReversedOrders() {
    float[] labels = {1, 1, 0, 0};
    assertThat(Quality.of(new float[] {0.9f, 0.8f, 0.2f, 0.1f}, labels).auc()).isEqualTo(1);
    assertThat(Quality.of(new float[] {0.9f, 0.8f, 0.2f, 0.1f}, labels).ap()).isEqualTo(1);
    assertThat(Quality.of(new float[] {0.1f, 0.2f, 0.8f, 0.9f}, labels).auc()).isZero();
  }

  @Test
  void equalScoresTellNothing() {
    Quality blind = Quality.of(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, new float[] {1, 0, 0, 0});
    assertThat(blind.auc()).isEqualTo(0.5);
    assertThat(blind.ap()).isEqualTo(0.25);
    assertThat(blind.logloss()).isCloseTo(Math.log(2), within(1e-9));
  }

  @Test
  void equalsTheDefinitionsOnRandomScoresWithTies() {
    Chance chance = new Chance(3);
    for (int round = 0; round < 50; round++) {
      int rows = 2 + chance.below(60);
      float[] scores = new float[rows];
      float[] labels = new float[rows];
      for (int i = 0; i < rows; i++) {
        scores[i] = chance.below(12) / 12f;
        labels[i] = i == 0 || (i > 1 && chance.happens(0.3)) ? 1 : 0;
      }
      Quality quality = Quality.of(scores, labels);
      assertThat(quality.auc()).isCloseTo(pairwiseArea(scores, labels), within(1e-12));
      assertThat(quality.ap()).isCloseTo(stepwisePrecision(scores, labels), within(1e-12));
    }
  }

  @Test
  void oneLabelAloneCannotBeMeasured() {
    assertThatThrownBy(() -> Quality.of(new float[] {0.5f}, new float[] {1}))
        .hasMessage("the held-out rows need both labels, all 1 have the same");
  }

  private static double pairwiseArea(float[] scores, float[] labels) {
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return won / pairs;
  }

  private static double stepwisePrecision(float[] scores, float[] labels) {
    double sum = 0;
    double positives = 0;
    for (int i = 0; i < scores.length; i++) {
      if (labels[i] == 1) {
        positives++;
        double above = 0;
        double right = 0;
        for (int j = 0; j < scores.length; j++) {
          if (scores[j] >= scores[i]) {
            above++;
            right += labels[j];
          }
        }
        sum += right / above;
      }
    }
    return sum / positives;
  }
}
