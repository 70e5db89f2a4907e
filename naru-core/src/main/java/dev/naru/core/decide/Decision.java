package dev.naru.core.decide;

import dev.naru.core.state.Event;
import dev.naru.core.state.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was decided of one workload.
 *
 * @param state to be written before any action is done
 * @param actions in this order
 * @param events written together with the state
 * @param message where the workload stands, in words; empty for nothing to say
 * @param reason the same as a stable word, such as {@code NoRoom}; empty for nothing to say
 * @param wakeAt when to decide again even if nothing happens
 */
public record Decision<S extends State>(
    S state,
    List<Action> actions,
    List<Event> events,
    String reason,
    String message,
    Optional<Instant> wakeAt) {
  /** Copies the lists. */
  public Decision {
    actions = List.copyOf(actions);
    events = List.copyOf(events);
  }
}
