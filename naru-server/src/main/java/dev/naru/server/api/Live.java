package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Observation;
import dev.naru.core.route.GatewayStats.RouteStats;
import dev.naru.core.state.Stored;
import java.util.Map;
import java.util.Optional;

/**
 * A resource with all that is known of it now.
 *
 * @param stored what was wanted and decided
 * @param decidedGeneration the generation that the last decision was about; 0 for no decision yet.
 *     It becomes {@code status.observedGeneration}, by which clients know that the rest of the
 *     status is about what they asked for.
 * @param observed its groups, as last observed
 * @param route what the gateway counts of it, of an Inference
 * @param reason where the last decision said that it stands, as a stable word; empty for nothing
 * @param message the same in words
 * @param isolation what trying its project's links came to, of a workload whose engine enforces
 *     them
 * @param shown the status as another control plane has made it, which is then told as it is
 */
public record Live(
    Stored stored,
    long decidedGeneration,
    Map<GroupId, Observation> observed,
    Optional<RouteStats> route,
    String reason,
    String message,
    Optional<Isolation> isolation,
    Optional<ObjectNode> shown) {
  /** Copies the map. */
  public Live {
    observed = Map.copyOf(observed);
  }

  /** One that was never decided about: an Image, a Volume, or a workload just stored. */
  public static Live of(Stored stored) {
    return new Live(
        stored, 0, Map.of(), Optional.empty(), "", "", Optional.empty(), Optional.empty());
  }
}
