package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is recorded of who asks for what. */
class ChangesTest {
  private static final Instant NOW = Instant.parse("2026-11-27T20:00:00Z");
  private static final String GOOD = "\"spec\": {\"size\": \"1Gi\", \"access\": \"ReadWriteMany\"}";
  private static final String BAD = "\"spec\": {\"size\": \"?\"}";

  private final List<AuditEntry> audit = new ArrayList<>();

  @Test
  void whoMakesChangesAndRemovesAResourceIsRecordedWithWhatOfIt() {
    review("CREATE", "", object(1, "", GOOD), "null", false);
    review(
        "UPDATE", "", object(2, "", GOOD), object(1, "", "\"spec\": {\"size\": \"2Gi\"}"), false);
    review("UPDATE", "", object(2, "Down", GOOD), object(2, "", GOOD), false);
    review("DELETE", "", "null", object(2, "", GOOD), false);

    assertThat(audit)
        .containsExactly(
            entry("create", "accepted", "generation=1"),
            entry("update", "accepted", "generation=2 changed=access,size"),
            entry("update", "accepted", "generation=2 desired=Down"),
            entry("delete", "accepted", ""));
  }

  @Test
  void whatIsRefusedIsRecordedWithWhy() {
    JsonNode answer = review("CREATE", "", object(1, "", BAD), "null", false);

    assertThat(answer.path("response").path("allowed").asBoolean()).isFalse();
    assertThat(audit).hasSize(1);
    assertThat(audit.getFirst().outcome()).isEqualTo("refused");
    assertThat(audit.getFirst().detail()).contains("spec.size: expected");
  }

  @Test
  void aWordBesideABadResourceIsNotRefused() {
    JsonNode answer = review("UPDATE", "", object(1, "Down", BAD), object(1, "", BAD), false);

    assertThat(answer.path("response").path("allowed").asBoolean()).isTrue();
  }

  @Test
  void aScaleIsRecordedWithItsReplicas() {
    review(
        "UPDATE", "scale", "{\"spec\": {\"replicas\": 4}}", "{\"spec\": {\"replicas\": 1}}", false);

    assertThat(audit).containsExactly(entry("scale", "accepted", "replicas=4"));
  }

  @Test
  void whatIsOnlyTriedIsNotRecorded() {
    review("CREATE", "", object(1, "", GOOD), "null", true);

    assertThat(audit).isEmpty();
  }

  @Test
  void whatCannotBeRecordedIsAnsweredAllTheSame() {
    JsonNode answer =
        WebhookMain.recorded(
            asked("CREATE", "", object(1, "", GOOD), "null", false),
            _ -> {
              throw new NaruException(NaruException.Code.FAILED, "no API server");
            },
            Clock.fixed(NOW, ZoneOffset.UTC));

    assertThat(answer.path("response").path("allowed").asBoolean()).isTrue();
  }

  private static AuditEntry entry(String action, String outcome, String detail) {
    return new AuditEntry(NOW, "alice", action, "shop/volume/data", outcome, detail);
  }

  private JsonNode review(
      String operation, String subresource, String object, String old, boolean dryRun) {
    return WebhookMain.recorded(
        asked(operation, subresource, object, old, dryRun),
        audit::add,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static JsonNode asked(
      String operation, String subresource, String object, String old, boolean dryRun) {
    return Json.read(
        """
        {"request": {"uid": "one", "operation": "%s", "subResource": "%s", "namespace": "shop", "name": "data",
          "resource": {"group": "naru.dev", "version": "v1alpha1", "resource": "volumes"},
          "userInfo": {"username": "alice"}, "dryRun": %s, "object": %s, "oldObject": %s}}\
        """
            .formatted(operation, subresource, dryRun, object, old),
        "a review");
  }

  private static String object(int generation, String desired, String spec) {
    String annotations =
        desired.isEmpty()
            ? ""
            : ", \"annotations\": {\"naru.dev/desired\": \"%s\"}".formatted(desired);
    return """
    {"apiVersion": "naru.dev/v1alpha1", "kind": "Volume",
     "metadata": {"name": "data", "generation": %d%s}, %s}\
    """
        .formatted(generation, annotations, spec);
  }
}
