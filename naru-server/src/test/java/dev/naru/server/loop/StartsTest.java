package dev.naru.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Fact;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.server.json.Arbitrary;
import dev.naru.spec.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StartsTest {
  private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");
  private static final Key FRAUD = new Key("finance", Kind.TRAINING, "fraud");
  private static final Key DATA = new Key("finance", Kind.PREPARATION, "transactions");

  private static Run run(int number, Optional<Fact.Sealed> sealed, Attempt... attempts) {
    Run any = new Arbitrary(1).of(Run.class);
    TreeMap<String, Run.Source> sources = new TreeMap<>();
    sources.put("transactions", new Run.Source(2, "data", "transactions"));
    return new Run(
        number,
        "key",
        Run.Cause.FILE,
        any.workload(),
        "sha256:i",
        any.runtime(),
        sources,
        Run.Phase.ACTIVE,
        List.of(attempts),
        0,
        new TreeMap<>(),
        Optional.empty(),
        sealed,
        Optional.empty(),
        "",
        NOW,
        Optional.empty());
  }

  private static State runs(Run run) {
    return new State.OfRuns(List.of(run), run.number(), List.of(), Optional.empty());
  }

  private static Stored stored(Key key, State state) {
    Stored any = new Arbitrary(1).of(Stored.class);
    return new Stored(key, 1, 1, any.resource(), Stored.Desired.UP, state, NOW);
  }

  @Test
  void tellsOfEachAttemptOnceWithImageAndInputs() {
    Attempt first = Attempt.planned(1, 0, NOW);
    State planned = runs(run(3, Optional.empty(), first));
    State started = runs(run(3, Optional.empty(), first.starting(NOW)));
    State again =
        runs(
            run(
                3,
                Optional.empty(),
                first.starting(NOW),
                Attempt.planned(2, 0, NOW).starting(NOW)));
    Stored data = stored(DATA, runs(run(2, Optional.of(new Fact.Sealed("sha256:d", 1, 1)))));

    List<AuditEntry> none = Starts.of(stored(FRAUD, planned), planned, _ -> Optional.empty(), NOW);
    List<AuditEntry> one = Starts.of(stored(FRAUD, planned), started, _ -> Optional.of(data), NOW);
    List<AuditEntry> two = Starts.of(stored(FRAUD, started), again, _ -> Optional.empty(), NOW);

    assertThat(none).isEmpty();
    assertThat(one)
        .containsExactly(
            new AuditEntry(
                NOW,
                "naru",
                "start",
                "finance/training/fraud run fraud-3 attempt 1",
                "accepted",
                "image=sha256:i input.transactions=sha256:d"));
    assertThat(two)
        .extracting(AuditEntry::target)
        .containsExactly("finance/training/fraud run fraud-3 attempt 2");
    assertThat(two.getFirst().detail()).isEqualTo("image=sha256:i input.transactions=run-2");
  }
}
