package dev.naru.serving.gateway;

import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts a table to work: the one that was pushed, in a cluster together with what its slices say. On
 * the loop, where not said otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Cancelling tells nothing.
final class Tables {
  /** A control plane that has said nothing for so long is not there; it asks every two seconds. */
  static final long SILENCE_SECONDS = 15;

  private final DataPlane plane;
  private final ClusterRoutes cluster = new ClusterRoutes();
  private final CompletableFuture<Boolean> known = new CompletableFuture<>();
  private RoutingTable pushed = RoutingTable.empty();
  private RoutingTable atWork = RoutingTable.empty();
  private @Nullable List<Slice> slices;
  private @Nullable Future<?> silence;

  Tables(DataPlane plane) {
    this.plane = plane;
  }

  /** The table of an earlier life. */
  void saved(RoutingTable table) {
    pushed = table;
    apply();
  }

  /** A table of the control plane. */
  void pushed(RoutingTable table) {
    pushed = table;
    heard();
    apply();
  }

  /** What the cluster says now; before the first time, addresses are those that were pushed. */
  void followed(List<Slice> now) {
    slices = now;
    apply();
  }

  /** There is a control plane: it pushed, or waits to be told. */
  void heard() {
    boolean before = controlled();
    if (silence != null) {
      silence.cancel(false);
    }
    silence = plane.loop().schedule(this::silent, SILENCE_SECONDS, TimeUnit.SECONDS);
    if (!before) {
      apply();
    }
  }

  private void silent() {
    silence = null;
    apply();
  }

  private boolean controlled() {
    return silence != null;
  }

  private void apply() {
    RoutingTable next = slices == null ? pushed : cluster.combine(pushed, slices, controlled());
    if (!next.equals(atWork)) {
      atWork = next;
      plane.apply(next);
    }
    if (slices != null || !pushed.routes().isEmpty()) {
      known.complete(true);
    }
  }

  /** Waits until a table is known, from whomever. For any thread but the loop. */
  void awaitKnown() {
    known.join();
  }
}
