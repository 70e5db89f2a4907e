package dev.naru.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.Fact;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Event;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Revision;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        Stored.class,
        State.class,
        State.OfRuns.class,
        State.OfService.class,
        Run.class,
        Attempt.class,
        Revision.class,
        ModelVersion.class,
        Event.class,
        AuditEntry.class,
        Fact.class
      })
  <T> void readsWhatItWroteOfAnyFacts(Class<T> type) {
    for (long seed = 0; seed < 300; seed++) {
      T value = new Arbitrary(seed).of(type);
      String text = Json.text(RecordJson.write(value, type));
      assertThat(RecordJson.read(Json.read(text, "it"), type)).as("seed %d", seed).isEqualTo(value);
    }
  }

  @Test
  void writesPlainNamesAndIsoTimes() {
    Attempt attempt =
        Attempt.planned(2, 0, Instant.parse("2026-11-01T10:00:00Z"))
            .resuming(40, java.util.Optional.of("a/b"))
            .starting(Instant.parse("2026-11-01T10:00:01.5Z"));
    assertThat(Json.text(RecordJson.write(attempt, Attempt.class)))
        .isEqualTo(
            """
            {"number":2,"index":0,"phase":"STARTING","notBefore":"2026-11-01T10:00:00Z",\
            "startedAt":"2026-11-01T10:00:01.500Z","reason":"","resumedFromStep":40,\
            "resumedFrom":"a/b"}\
            """);
  }

  @Test
  void ignoresFieldsThatItDoesNotKnow() {
    ObjectNode node = RecordJson.write(State.OfRuns.none(), State.class);
    node.put("later", 1);
    assertThat(RecordJson.read(node, State.class)).isEqualTo(State.OfRuns.none());
  }

  @Test
  void takesMissingListsForEmpty() {
    ObjectNode node = Json.object().put("type", "OfRuns").put("lastRun", 0);
    assertThat(RecordJson.read(node, State.class)).isEqualTo(State.OfRuns.none());
  }

  @Test
  void namesTheFieldThatIsWrong() {
    ObjectNode node = RecordJson.write(new Arbitrary(1).of(State.OfService.class), State.class);
    node.put("wanted", "two");
    assertThatThrownBy(() -> RecordJson.read(node, State.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("State.wanted")
        .hasMessageContaining("whole number");
    node.remove("wanted");
    assertThatThrownBy(() -> RecordJson.read(node, State.class))
        .hasMessage("State.wanted: missing");
    assertThatThrownBy(() -> RecordJson.read(Json.object().put("type", "Later"), State.class))
        .hasMessage("State.type: unknown word 'Later'");
  }

  @Test
  void refusesJsonThatIsAmbiguousOrTooDeep() {
    for (String text : List.of("", "{", "{\"a\":1,\"a\":2}", "{} {}", "[".repeat(200))) {
      assertThatThrownBy(() -> Json.read(text, "the body"))
          .isInstanceOf(dev.naru.core.NaruException.class)
          .hasMessageStartingWith("cannot read the body: ");
    }
  }
}
