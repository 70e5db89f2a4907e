package dev.naru.core.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.state.Stored.Desired;
import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.spec.Bytes;
import dev.naru.spec.Kind;
import dev.naru.spec.Metadata;
import dev.naru.spec.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises. A subclass says how one is opened. */
public abstract class StoreContract {
  private static final Instant AT = Instant.parse("2026-11-01T10:00:00.123456789Z");
  private static final Key KEY = new Key("finance", Kind.VOLUME, "data");
  private static final Key OTHER = new Key("finance", Kind.VOLUME, "more");

  private Store store;

  /** For subclasses. */
  protected StoreContract() {}

  /** Opens the store of this test; after it was closed, opens the same again. */
  protected abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private static Stored thing(Key key, long sizeBytes) {
    Volume volume =
        new Volume(
            new Metadata(key.name(), Optional.empty(), Map.of("team", "risk"), Map.of()),
            new Volume.Spec(new Bytes(sizeBytes), Volume.Access.ReadWriteMany));
    return new Stored(
        key, 0, 1, volume, Desired.UP, new State.OfThing(Optional.empty()), Instant.EPOCH);
  }

  private static Event event(Key key, String reason) {
    return new Event(key, AT, Event.Level.NORMAL, reason, "it happened: " + reason);
  }

  private void reopen() {
    store.close();
    store = open();
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(store.all()).isEmpty();
    assertThat(store.get(KEY)).isEmpty();
    assertThat(store.events(10)).isEmpty();
    assertThat(store.audit(10)).isEmpty();
    assertThat(store.values("")).isEmpty();
  }

  @Test
  void givesEachWriteTheNextVersion() throws ConflictException {
    Stored first = store.save(thing(KEY, 1), List.of());
    Stored second = store.save(first.with(Desired.DOWN), List.of());
    assertThat(first.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(store.get(KEY)).contains(second);
  }

  @Test
  void refusesToCreateWhatIsThere() throws ConflictException {
    Stored first = store.save(thing(KEY, 1), List.of());
    assertThatThrownBy(() -> store.save(thing(KEY, 2), List.of()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("finance/volume/data");
    assertThat(store.get(KEY)).contains(first);
  }

  @Test
  void refusesToWriteOverAVersionThatIsNotTheNewest() throws ConflictException {
    Stored first = store.save(thing(KEY, 1), List.of());
    Stored second = store.save(first.with(Desired.DOWN), List.of());
    assertThatThrownBy(() -> store.save(first.with(Desired.REMOVED), List.of()))
        .isInstanceOf(ConflictException.class);
    assertThat(store.get(KEY)).contains(second);
  }

  @Test
  void refusesToUpdateWhatIsNotThere() throws ConflictException {
    Stored first = store.save(thing(KEY, 1), List.of());
    store.remove(first);
    assertThatThrownBy(() -> store.save(first, List.of())).isInstanceOf(ConflictException.class);
    assertThat(store.all()).isEmpty();
  }

  @Test
  void keepsTheEventsOfARefusedWriteOut() throws ConflictException {
    store.save(thing(KEY, 1), List.of(event(KEY, "Made")));
    assertThatThrownBy(() -> store.save(thing(KEY, 2), List.of(event(KEY, "Lost"))))
        .isInstanceOf(ConflictException.class);
    assertThat(store.events(KEY, 10)).containsExactly(event(KEY, "Made"));
  }

  @Test
  void letsExactlyOneOfManyWritersWin() throws Exception {
    Stored first = store.save(thing(KEY, 1), List.of());
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String reason = "Writer" + i;
      writers.add(() -> {
        try {
          store.save(first.with(Desired.DOWN), List.of(event(KEY, reason)));
          return true;
        } catch (ConflictException e) {
          return false;
        }
      });
    }
    int winners = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> writer : threads.invokeAll(writers)) {
        winners += writer.get() ? 1 : 0;
      }
    }
    assertThat(winners).isEqualTo(1);
    assertThat(store.events(KEY, 10)).hasSize(1);
  }

  @Test
  void keepsEverythingWhenClosedAndOpenedAgain() throws ConflictException {
    Stored object = store.save(thing(KEY, 7), List.of(event(KEY, "Made")));
    AuditEntry entry = new AuditEntry(AT, "kim", "up", "finance", "accepted", "1 created");
    store.audit(entry);
    store.putValue("port", "24000");
    reopen();
    assertThat(store.all()).containsExactly(object);
    assertThat(store.get(KEY)).contains(object);
    assertThat(store.events(KEY, 10)).containsExactly(event(KEY, "Made"));
    assertThat(store.audit(10)).containsExactly(entry);
    assertThat(store.value("port")).contains("24000");
  }

  @Test
  void goesOnFromTheStoredVersionWhenOpenedAgain() throws ConflictException {
    Stored first = store.save(thing(KEY, 1), List.of());
    reopen();
    assertThat(store.save(first.with(Desired.DOWN), List.of()).version()).isEqualTo(2);
    assertThatThrownBy(() -> store.save(first, List.of())).isInstanceOf(ConflictException.class);
  }

  @Test
  void listsInOrderOfProjectKindAndName() throws ConflictException {
    Key trainingKind = new Key("finance", Kind.INFERENCE, "a");
    Key earlierProject = new Key("a", Kind.INFERENCE, "z");
    for (Key key : List.of(trainingKind, OTHER, KEY, earlierProject)) {
      store.save(thing(key, 1), List.of());
    }
    assertThat(store.all().stream().map(Stored::key))
        .containsExactly(earlierProject, KEY, OTHER, trainingKind);
  }

  @Test
  void removesAnObjectWithItsEventsAndNoOther() throws ConflictException {
    Stored object = store.save(thing(KEY, 1), List.of(event(KEY, "Made")));
    Stored other = store.save(thing(OTHER, 1), List.of(event(OTHER, "MadeToo")));
    store.remove(object);
    assertThat(store.all()).containsExactly(other);
    assertThat(store.events(KEY, 10)).isEmpty();
    assertThat(store.events(10)).containsExactly(event(OTHER, "MadeToo"));
    reopen();
    assertThat(store.all()).containsExactly(other);
  }

  @Test
  void refusesToRemoveAVersionThatIsNotTheNewest() throws ConflictException {
    Stored first = store.save(thing(KEY, 1), List.of());
    Stored second = store.save(first.with(Desired.DOWN), List.of());
    assertThatThrownBy(() -> store.remove(first)).isInstanceOf(ConflictException.class);
    assertThat(store.get(KEY)).contains(second);
  }

  @Test
  void refusesToRemoveTwice() throws ConflictException {
    Stored object = store.save(thing(KEY, 1), List.of());
    store.remove(object);
    assertThatThrownBy(() -> store.remove(object)).isInstanceOf(ConflictException.class);
    assertThatThrownBy(() -> store.remove(thing(KEY, 1))).isInstanceOf(ConflictException.class);
  }

  @Test
  void givesTheLastEventsOldestFirst() throws ConflictException {
    Stored object = store.save(thing(KEY, 1), List.of(event(KEY, "A"), event(KEY, "B")));
    store.save(thing(OTHER, 1), List.of(event(OTHER, "X")));
    store.save(object, List.of(event(KEY, "C")));
    assertThat(store.events(KEY, 2)).containsExactly(event(KEY, "B"), event(KEY, "C"));
    assertThat(store.events(3))
        .containsExactly(event(KEY, "B"), event(OTHER, "X"), event(KEY, "C"));
    assertThat(store.events(KEY, 0)).isEmpty();
  }

  @Test
  void keepsTheAuditWhenItsObjectsGo() throws ConflictException {
    Stored object = store.save(thing(KEY, 1), List.of());
    AuditEntry up = new AuditEntry(AT, "kim", "up", "finance", "accepted", "");
    AuditEntry down = new AuditEntry(AT, "kim", "down", "finance", "accepted", "purge");
    store.audit(up);
    store.audit(down);
    store.remove(object);
    assertThat(store.audit(10)).containsExactly(up, down);
    assertThat(store.audit(1)).containsExactly(down);
    String head = AuditChain.link(AuditChain.link(AuditChain.START, up), down);
    assertThat(store.checkAudit()).isEqualTo(new AuditChain.Report(2, 0, head, Optional.empty()));
  }

  @Test
  void remembersReplacesAndForgetsValues() {
    store.putValue("api.port", "8800");
    store.putValue("api.port", "8900");
    store.putValue("api%x", "1");
    store.putValue("gateway.port", "8801");
    assertThat(store.value("api.port")).contains("8900");
    assertThat(store.values("api"))
        .containsExactly(Map.entry("api%x", "1"), Map.entry("api.port", "8900"));
    store.removeValue("api.port");
    store.removeValue("never.there");
    assertThat(store.value("api.port")).isEmpty();
  }
}
