package dev.naru.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.follow.Goals.Reached;
import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Status;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoalsTest {
  private static final Wanted PREPARATION =
      new Wanted(Kind.PREPARATION, "preparation/a", List.of(), 1, "");
  private static final Wanted TRAINING =
      new Wanted(Kind.TRAINING, "training/a", List.of("preparation/a"), 1, "a-2");
  private static final Wanted INFERENCE =
      new Wanted(Kind.INFERENCE, "inference/a", List.of("training/a"), 1, "");
  private static final List<Wanted> ALL = List.of(PREPARATION, TRAINING, INFERENCE);

  private static Status status(String status) throws IOException {
    return new Status(
        Json.read(
            ("{\"status\":{\"observedGeneration\":1," + status + "}}")
                .getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, Reached> judge(String preparation, String training, String inference)
      throws IOException {
    return Goals.judge(
        ALL,
        Map.of(
            "preparation/a",
            status(preparation),
            "training/a",
            status(training),
            "inference/a",
            status(inference)));
  }

  private static final String DONE = "\"phase\":\"Succeeded\"";
  private static final String TRAINED =
      "\"phase\":\"Succeeded\",\"run\":\"a-2\",\"model\":{\"version\":2,\"promoted\":true}";

  @Test
  void isOpenUntilEverythingWasSeen() {
    assertThat(Goals.judge(ALL, Map.of()))
        .containsOnly(
            Map.entry("preparation/a", Reached.OPEN),
            Map.entry("training/a", Reached.OPEN),
            Map.entry("inference/a", Reached.OPEN));
  }

  @Test
  void isDoneWhereRunsSucceededAndTheirModelIsServed() throws IOException {
    assertThat(judge(DONE, TRAINED, "\"phase\":\"Ready\",\"model\":{\"version\":2}"))
        .containsValue(Reached.DONE)
        .doesNotContainValue(Reached.OPEN);
  }

  @Test
  void waitsWhileTheOldModelIsServed() throws IOException {
    assertThat(judge(DONE, TRAINED, "\"phase\":\"Ready\",\"model\":{\"version\":1}"))
        .containsEntry("inference/a", Reached.OPEN);
  }

  @Test
  void waitsForTheRunThatThePlanAnnounced() throws IOException {
    assertThat(judge(DONE, "\"phase\":\"Succeeded\",\"run\":\"a-1\"", "\"phase\":\"Ready\""))
        .containsEntry("training/a", Reached.OPEN)
        .containsEntry("inference/a", Reached.OPEN);
  }

  @Test
  void waitsForTheGenerationThatWasAccepted() throws IOException {
    Wanted newer = new Wanted(Kind.PREPARATION, "preparation/a", List.of(), 2, "");
    assertThat(Goals.judge(List.of(newer), Map.of("preparation/a", status(DONE))))
        .containsEntry("preparation/a", Reached.OPEN);
  }

  @Test
  void whatWaitsForAFailedRunIsBlocked() throws IOException {
    assertThat(judge("\"phase\":\"Failed\"", "\"phase\":\"Pending\"", "\"phase\":\"Progressing\""))
        .containsEntry("preparation/a", Reached.FAILED)
        .containsEntry("training/a", Reached.BLOCKED)
        .containsEntry("inference/a", Reached.BLOCKED);
  }

  @Test
  void anOlderModelIsServedOnWhereTheTrainingFailed() throws IOException {
    assertThat(
            judge(
                DONE,
                "\"phase\":\"Failed\",\"run\":\"a-2\"",
                "\"phase\":\"Ready\",\"model\":{\"version\":1}"))
        .containsEntry("training/a", Reached.FAILED)
        .containsEntry("inference/a", Reached.DONE);
  }

  @Test
  void aModelThatIsNotPromotedNeverServes() throws IOException {
    assertThat(
            judge(
                DONE,
                "\"phase\":\"Succeeded\",\"run\":\"a-2\",\"model\":{\"version\":2,\"promoted\":false}",
                "\"phase\":\"Progressing\",\"conditions\":[{\"reason\":\"NoPromotedModel\"}]"))
        .containsEntry("inference/a", Reached.FAILED);
  }

  @ParameterizedTest
  @CsvSource({"Failed,FAILED", "Ready,DONE", "Degraded,OPEN", "Progressing,OPEN", "Pending,OPEN"})
  void aServiceOfAnImageIsReadyByItself(String phase, Reached reached) throws IOException {
    Wanted service = new Wanted(Kind.INFERENCE, "inference/a", List.of(), 1, "");
    assertThat(
            Goals.judge(
                List.of(service), Map.of("inference/a", status("\"phase\":\"" + phase + "\""))))
        .containsEntry("inference/a", reached);
  }
}
