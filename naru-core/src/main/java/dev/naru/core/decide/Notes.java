package dev.naru.core.decide;

import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one decision collects while it is taken: actions, events, the word on where things stand.
 * Not shared, not kept.
 */
public final class Notes {
  private final Key key;
  private final Instant now;
  private final List<Action> actions = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private String reason = "";
  private String message = "";
  private Optional<Instant> wakeAt = Optional.empty();

  /** For a decision about that workload, now. */
  public Notes(Key key, Instant now) {
    this.key = key;
    this.now = now;
  }

  /** The moment of the decision. */
  public Instant now() {
    return now;
  }

  /** Does that after the state is written. */
  public void act(Action action) {
    actions.add(action);
  }

  /** Tells that something went as it should. */
  public void happened(String word, String sentence) {
    events.add(new Event(key, now, Event.Level.NORMAL, word, sentence));
  }

  /** Tells that something went wrong. */
  public void warn(String word, String sentence) {
    events.add(new Event(key, now, Event.Level.WARNING, word, sentence));
  }

  /** Says where things stand; the first word stays. */
  public void stands(String word, String sentence) {
    if (reason.isEmpty()) {
      reason = word;
      message = sentence;
    }
  }

  /** Decides again then, or earlier. */
  public void wake(Instant at) {
    if (wakeAt.isEmpty() || at.isBefore(wakeAt.get())) {
      wakeAt = Optional.of(at);
    }
  }

  /** The decision. */
  public <S extends State> Decision<S> decided(S state) {
    return new Decision<>(state, actions, events, reason, message, wakeAt);
  }
}
