package dev.naru.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Status;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PatienceTest {
  private static final Instant T0 = Instant.parse("2026-11-02T10:00:00Z");
  private static final Wanted TRAINING = new Wanted(Kind.TRAINING, "training/a", List.of(), 1, "");
  private static final Wanted OTHER = new Wanted(Kind.TRAINING, "training/b", List.of(), 1, "");
  private static final Wanted INFERENCE =
      new Wanted(Kind.INFERENCE, "inference/a", List.of("training/a"), 1, "");
  private static final List<Wanted> ALL = List.of(TRAINING, OTHER, INFERENCE);

  private final Map<String, Status> seen = new HashMap<>();

  private void is(String ref, String phase, String reason) throws IOException {
    seen.put(
        ref,
        new Status(
            Json.read(
                "{\"status\":{\"observedGeneration\":1,\"phase\":\"%s\",\"conditions\":[{\"type\":\"Ready\",\"reason\":\"%s\"}]}}"
                    .formatted(phase, reason)
                    .getBytes(StandardCharsets.UTF_8))));
  }

  private Set<String> after(Patience patience, Duration time) {
    return patience.exhausted(ALL, seen, Goals.judge(ALL, seen), T0.plus(time));
  }

  private Patience patience() {
    return new Patience(Optional.empty(), T0);
  }

  @Test
  void givesUpOnWhatSomebodyMustMendAfterAMinute() throws IOException {
    is("training/a", "Pending", "VolumeNotReady");
    is("training/b", "Succeeded", "Succeeded");
    is("inference/a", "Progressing", "NoPromotedModel");
    Patience patience = patience();
    assertThat(after(patience, Duration.ZERO)).isEmpty();
    assertThat(after(patience, Duration.ofSeconds(59))).isEmpty();
    assertThat(after(patience, Duration.ofMinutes(1))).containsExactly("training/a");
  }

  @Test
  void waitsLongerForRoom() throws IOException {
    is("training/a", "Pending", "NoRoom");
    is("training/b", "Pending", "QuotaExceeded");
    is("inference/a", "Progressing", "NoPromotedModel");
    Patience patience = patience();
    assertThat(after(patience, Duration.ZERO)).isEmpty();
    assertThat(after(patience, Duration.ofSeconds(299))).isEmpty();
    assertThat(after(patience, Duration.ofMinutes(5)))
        .containsExactlyInAnyOrder("training/a", "training/b");
  }

  @Test
  void waitsForAsLongAsAnythingMoves() throws IOException {
    is("training/a", "Pending", "VolumeNotReady");
    is("training/b", "Running", "Running");
    Patience patience = patience();
    assertThat(after(patience, Duration.ZERO)).isEmpty();
    assertThat(after(patience, Duration.ofHours(9))).isEmpty();
    is("training/b", "Succeeded", "Succeeded");
    assertThat(after(patience, Duration.ofHours(9))).isEmpty();
    assertThat(after(patience, Duration.ofHours(9).plusSeconds(60))).containsExactly("training/a");
  }

  @Test
  void whatHealsMeanwhileIsWaitedForAnew() throws IOException {
    is("training/a", "Pending", "ImagePullFailed");
    is("training/b", "Succeeded", "Succeeded");
    Patience patience = patience();
    assertThat(after(patience, Duration.ZERO)).isEmpty();
    is("training/a", "Running", "Starting");
    assertThat(after(patience, Duration.ofSeconds(59))).isEmpty();
    is("training/a", "Running", "ImagePullFailed");
    assertThat(after(patience, Duration.ofMinutes(1))).isEmpty();
    assertThat(after(patience, Duration.ofMinutes(2))).containsExactly("training/a");
  }

  @Test
  void givesUpWhereNobodyDecides() {
    Patience patience = patience();
    assertThat(after(patience, Duration.ZERO)).isEmpty();
    assertThat(after(patience, Duration.ofSeconds(30))).contains("training/a", "training/b");
  }

  @Test
  void aTimeoutEndsWhatMovesAndIsWaitedForElse() throws IOException {
    is("training/a", "Pending", "VolumeNotReady");
    is("training/b", "Running", "Running");
    Patience patience = new Patience(Optional.of(Duration.ofMinutes(10)), T0);
    assertThat(after(patience, Duration.ZERO)).isEmpty();
    assertThat(after(patience, Duration.ofMinutes(9))).isEmpty();
    assertThat(after(patience, Duration.ofMinutes(10))).containsExactly("training/a");
    is("training/a", "Running", "Running");
    assertThat(after(patience, Duration.ofMinutes(11))).contains("training/a", "training/b");
  }
}
