package dev.naru.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {
  @Test
  void oneModelAndWhatItNeedsBesideItIsAModel() {
    assertThat(ModelFiles.refusal(List.of("model.ubj", "metrics.json", "vocabulary/words.txt")))
        .isEmpty();
  }

  @Test
  void saysWhatItFoundInstead() {
    assertThat(ModelFiles.refusal(List.of("sub/model.ubj")))
        .contains(
            "NARU_MODEL_DIR must hold exactly one of model.ubj, model.json, model.onnx; found"
                + " none");
    assertThat(ModelFiles.refusal(List.of("model.onnx", "model.ubj")))
        .contains(
            "NARU_MODEL_DIR must hold exactly one of model.ubj, model.json, model.onnx; found"
                + " model.ubj and model.onnx");
  }

  @Test
  void readsMetrics() {
    assertThat(ModelFiles.metrics("{\"auc\": 0.93, \"rows\": 12}\n"))
        .isEqualTo(new TreeMap<>(Map.of("auc", 0.93, "rows", 12.0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{\"a\":\"1\"}", "{\"a\":{\"b\":1}}", "{\"a\":true}", "{\"a\":1}x"})
  void metricsThatAreNotFlatNumbersAreRefusedInWords(String json) {
    assertThatThrownBy(() -> ModelFiles.metrics(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("metrics.json must be one flat object of numbers: ");
  }
}
