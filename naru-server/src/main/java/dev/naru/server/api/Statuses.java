package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.state.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows resources, and remembers since when their conditions are what they are. After a restart the
 * times come from recorded facts. Safe for any thread.
 */
final class Statuses {
  private final Clock clock;
  private final int gatewayPort;
  private final Map<Key, Map<String, Condition>> shown = new ConcurrentHashMap<>();

  Statuses(Clock clock, int gatewayPort) {
    this.clock = clock;
    this.gatewayPort = gatewayPort;
  }

  /** The object as the API answers it. */
  ObjectNode object(Live live) {
    Standing standing = StatusView.standing(live, gatewayPort);
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
    return StatusView.standing(live, gatewayPort);
  }

  /** Forgets a resource that is gone. */
  void forget(Key key) {
    shown.remove(key);
  }

  private static Map<String, Condition> byType(List<Condition> conditions) {
    Map<String, Condition> map = new HashMap<>();
    conditions.forEach(c -> map.put(c.type(), c));
    return map;
  }
}
