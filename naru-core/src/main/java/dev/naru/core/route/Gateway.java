package dev.naru.core.route;

import java.time.Duration;
import java.util.Optional;

/** The port to the gateway. It is always dialled, it never dials the control plane. */
public interface Gateway {
  /** Gives it a new table; false where it could not be reached. */
  boolean push(RouteTable table);

  /**
   * What it counts, at once if its sequence is not {@code since}, else when something noteworthy
   * happens, at the latest after {@code wait}. Empty where it could not be reached.
   */
  Optional<GatewayStats> stats(long since, Duration wait);
}
