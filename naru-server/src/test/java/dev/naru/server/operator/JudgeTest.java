package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.server.json.Json;
import org.junit.jupiter.api.Test;

/** What an API server is answered. */
class JudgeTest {
  @Test
  void goodResourceIsAllowedWhateverTheClusterKeepsBesideIt() {
    JsonNode response =
        judged(
            """
            {"apiVersion": "naru.dev/v1alpha1", "kind": "Volume",
             "metadata": {"name": "v", "namespace": "n", "uid": "u", "managedFields": [{"manager": "kubectl"}]},
             "spec": {"size": "1Gi", "access": "ReadWriteMany"}, "status": {"phase": "Ready"}}\
            """);

    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("uid").asText()).isEqualTo("one");
  }

  @Test
  void badResourceIsRefusedWithAllItsProblemsInTheReadersWords() {
    JsonNode response =
        judged(
            """
            {"apiVersion": "naru.dev/v1alpha1", "kind": "Training", "metadata": {"name": "t"},
             "spec": {"image": "i", "command": ["x"], "resources": {"cpu": "2"}, "limits": {"cpu": "1"},
                      "env": {"NARU_RANK": "1"}}}\
            """);

    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("code").asInt()).isEqualTo(422);
    assertThat(response.path("status").path("message").asText())
        .contains("; spec.limits.cpu: is 1, below the reservation resources.cpu of 2")
        .contains("spec.env.NARU_RANK: is set by Naru itself; choose another name");
  }

  @Test
  void whatIsNoReviewIsNotAnswered() {
    assertThatThrownBy(() -> Judge.review(Json.read("{\"request\": {}}", "a review")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AdmissionReview");
  }

  private static JsonNode judged(String object) {
    ObjectNode review = Json.object();
    review.putObject("request").put("uid", "one").set("object", Json.read(object, "an object"));
    return Judge.review(review).path("response");
  }
}
