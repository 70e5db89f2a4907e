package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.state.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Shows resources, and remembers since when their conditions are what they are. After a restart the
 * times come from recorded facts. Safe for any thread.
 */
public final class Statuses {
  private final Clock clock;
  private final UnaryOperator<String> gateway;
  private final Map<Key, Map<String, Condition>> shown = new ConcurrentHashMap<>();

  /**
   * For one control plane.
   *
   * @param gateway where a project's gateway is: {@code http://127.0.0.1:8801}
   */
  public Statuses(Clock clock, UnaryOperator<String> gateway) {
    this.clock = clock;
    this.gateway = gateway;
  }

  /** The object as the API answers it. */
  public ObjectNode object(Live live) {
    if (live.shown().isPresent()) {
      return StatusView.shown(live, live.shown().get());
    }
    Standing standing = StatusView.standing(live, gateway);
    Instant now = clock.instant();
    Map<String, Condition> conditions =
        shown.compute(
            live.stored().key(),
            (_, before) ->
                byType(
                    StatusView.continued(
                        standing.conditions(), before == null ? Map.of() : before, now)));
    return StatusView.object(live, standing, conditions, now);
  }

  /** Where it stands. */
  Standing standing(Live live) {
    return StatusView.standing(live, gateway);
  }

  /** Forgets a resource that is gone. */
  public void forget(Key key) {
    shown.remove(key);
  }

  private static Map<String, Condition> byType(List<Condition> conditions) {
    Map<String, Condition> map = new HashMap<>();
    conditions.forEach(c -> map.put(c.type(), c));
    return map;
  }
}
