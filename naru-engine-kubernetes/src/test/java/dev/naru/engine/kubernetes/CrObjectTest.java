package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrObjectTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");
  private static final Key FRAUD = new Key("bank", Kind.TRAINING, "fraud");

  /** As many runs as its number says. */
  private static final CrObject.StateText TEXTS =
      new CrObject.StateText() {
        @Override
        public String write(State state) {
          return Integer.toString(((State.OfRuns) state).lastRun());
        }

        @Override
        public State read(String text) {
          return new State.OfRuns(List.of(), Integer.parseInt(text), List.of(), Optional.empty());
        }
      };

  private static GenericKubernetesResource training(Map<String, String> annotations) {
    try {
      GenericKubernetesResource cr =
          MAPPER.readValue(
              """
              {"apiVersion": "naru.dev/v1alpha1", "kind": "Training",
               "metadata": {"name": "fraud", "namespace": "bank", "resourceVersion": "17", "generation": 3,
                 "creationTimestamp": "2026-11-24T12:00:00Z", "labels": {"team": "risk"}},
               "spec": {"image": "finance", "command": ["train"], "workers": 2,
                 "resources": {"cpu": 1, "memory": "1Gi"}}}
              """,
              GenericKubernetesResource.class);
      cr.getMetadata().setAnnotations(annotations);
      return cr;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsWhatIsWantedAndTheVersionThatAWriteNames() {
    Stored stored = CrObject.stored(training(Map.of()), TEXTS);

    assertThat(stored.key()).isEqualTo(FRAUD);
    assertThat(stored.version()).isEqualTo(17);
    assertThat(stored.generation()).isEqualTo(3);
    assertThat(stored.desired()).isEqualTo(Stored.Desired.UP);
    assertThat(stored.state()).isEqualTo(State.OfRuns.none());
    assertThat(stored.createdAt()).isEqualTo(AT);
    assertThat(stored.resource()).isEqualTo(CrObject.bare(stored.resource()));
  }

  @Test
  void tellsWhatIsNotWantedByAnnotationAndDeletion() {
    assertThat(CrObject.stored(training(Map.of("naru.dev/desired", "Down")), TEXTS).desired())
        .isEqualTo(Stored.Desired.DOWN);
    GenericKubernetesResource going = training(Map.of());
    going.getMetadata().setDeletionTimestamp("2026-11-24T12:01:00Z");
    assertThat(CrObject.stored(going, TEXTS).desired()).isEqualTo(Stored.Desired.REMOVED);
  }

  @Test
  void asksForARunOnlyByTheNextOnesName() {
    GenericKubernetesResource cr = training(Map.of("naru.dev/run", "fraud-4 drill"));
    cr.setAdditionalProperty("status", Map.of("state", "3"));
    assertThat(((State.OfRuns) CrObject.stored(cr, TEXTS).state()).ask()).contains(Run.Cause.DRILL);

    cr.getMetadata().setAnnotations(Map.of("naru.dev/run", "fraud-3"));
    assertThat(((State.OfRuns) CrObject.stored(cr, TEXTS).state()).ask()).isEmpty();

    State asked = new State.OfRuns(List.of(), 3, List.of(), Optional.of(Run.Cause.RERUN));
    assertThat(CrObject.run(FRAUD, asked)).isEqualTo("fraud-4");
    assertThat(CrObject.text(asked, TEXTS)).isEqualTo("3");
  }

  @Test
  void knowsThatAHistoryWasLost() {
    GenericKubernetesResource cr = training(Map.of("naru.dev/ran", "fraud-3/sha256:abc"));
    assertThat(CrObject.historyLost(cr)).isTrue();
    cr.setAdditionalProperty("status", Map.of("state", "3"));
    assertThat(CrObject.historyLost(cr)).isFalse();
    assertThat(CrObject.historyLost(training(Map.of()))).isFalse();
  }

  @Test
  void givesOutNoNumberAgainAfterADeletion() {
    State.OfRuns begins = (State.OfRuns) CrObject.numbered(State.OfRuns.none(), "7 4", AT);

    assertThat(begins.lastRun()).isEqualTo(7);
    assertThat(begins.models().getLast().version()).isEqualTo(4);
    assertThat(begins.promoted()).isEmpty();
    assertThat(CrObject.numbers(begins)).isEqualTo("7 4");
    State.OfService serves = (State.OfService) CrObject.numbered(State.OfService.none(), "5", AT);
    assertThat(serves.lastRevision()).isEqualTo(5);
    assertThat(CrObject.numbers(State.OfRuns.none())).isEmpty();
  }

  @Test
  void tellsWhyAResourceCannotBeRead() {
    GenericKubernetesResource cr = training(Map.of());
    cr.setAdditionalProperty("spec", Map.of("workers", "many"));
    assertThatThrownBy(() -> CrObject.stored(cr, TEXTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spec");
  }

  @Test
  void mergesToExactlyWhatIsWanted() throws java.io.IOException {
    JsonNode there =
        MAPPER.readTree(
            "{\"phase\":\"Running\",\"progress\":{\"step\":1,\"metrics\":{\"auc\":0.5}},\"run\":\"fraud-1\",\"state\":\"x\"}");
    JsonNode wanted = MAPPER.readTree("{\"phase\":\"Running\",\"progress\":{\"step\":2}}");

    assertThat(CrObject.difference(there, wanted, Set.of("state")))
        .isEqualTo(MAPPER.readTree("{\"progress\":{\"step\":2,\"metrics\":null},\"run\":null}"));
    assertThat(CrObject.difference(wanted, wanted, Set.of())).isEmpty();
  }

  @Test
  void keepsEventsInTheStatus() {
    Event event = new Event(FRAUD, AT, Event.Level.WARNING, "AttemptEnded", "rank 1 was killed");
    GenericKubernetesResource cr = training(Map.of());
    cr.setAdditionalProperty(
        "status", Map.of("history", CrObject.plain(CrObject.history(List.of(event)))));

    assertThat(CrObject.history(cr)).containsExactly(event);
  }
}
