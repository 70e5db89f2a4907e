package dev.naru.server.loop;

import dev.naru.core.route.Gateway;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.RouteTable;
import dev.naru.core.serve.Sample;
import dev.naru.core.state.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the gateway counts, pulled by a thread of its own, and the table that it shall have.
 *
 * <p>Samples of the last 40 s are kept per Inference, at most {@link #PER_SECOND} a second: the
 * autoscaler looks back 30 s.
 */
final class GatewayLink implements AutoCloseable {
  private static final Duration KEPT = Duration.ofSeconds(40);
  private static final Duration BUSY_WAIT = Duration.ofMillis(250);
  private static final Duration IDLE_WAIT = Duration.ofSeconds(5);

  /**
   * How long to look often after the last arrival: longer than the quiet after which the gateway
   * tells of a request by itself.
   */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private static final int PER_SECOND = 10;

  private final Gateway gateway;
  private final Clock clock;
  private final Runnable wake;
  private final Map<Key, Deque<Sample>> samples = new HashMap<>();
  private final Thread puller;
  private volatile boolean closed;
  private volatile boolean watchful;
  private volatile Optional<GatewayStats> newest = Optional.empty();
  private long arrivals;
  private Instant lastArrival = Instant.EPOCH;
  private List<RouteTable.Route> wantedRoutes = List.of();
  private long pushedVersion;
  private Instant pushedTo = Instant.EPOCH;

  GatewayLink(Gateway gateway, Clock clock, Runnable wake) {
    this.gateway = gateway;
    this.clock = clock;
    this.wake = wake;
    this.puller = Thread.ofVirtual().name("gateway-stats").unstarted(this::pull);
  }

  void start() {
    puller.start();
  }

  private void pull() {
    while (!closed) {
      Optional<GatewayStats> before = newest;
      long since = before.map(GatewayStats::sequence).orElse(-1L);
      Optional<GatewayStats> stats =
          gateway.stats(since, watchful || busy(before) ? BUSY_WAIT : IDLE_WAIT);
      newest = stats;
      if (stats.isPresent()) {
        arrivals(stats.get());
        keep(stats.get());
      } else {
        pause();
      }
      if (!stats.map(GatewayStats::sequence).equals(before.map(GatewayStats::sequence))
          || !stats.map(GatewayStats::startedAt).equals(before.map(GatewayStats::startedAt))
          || busy(stats)) {
        wake.run();
      }
    }
  }

  private void arrivals(GatewayStats stats) {
    long total = stats.routes().stream().mapToLong(GatewayStats.RouteStats::arrivals).sum();
    if (total != arrivals) {
      arrivals = total;
      lastArrival = clock.instant();
    }
  }

  private boolean busy(Optional<GatewayStats> stats) {
    return stats.isPresent()
        && (clock.instant().isBefore(lastArrival.plus(LINGER))
            || stats.get().routes().stream().anyMatch(r -> r.inFlight() > 0 || r.held() > 0));
  }

  private void pause() {
    try {
      Thread.sleep(watchful ? 50 : 500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private synchronized void keep(GatewayStats stats) {
    Instant now = clock.instant();
    for (GatewayStats.RouteStats route : stats.routes()) {
      Key key = new Key(route.project(), dev.naru.spec.Kind.INFERENCE, route.inference());
      Deque<Sample> deque = samples.computeIfAbsent(key, _ -> new ArrayDeque<>());
      Sample last = deque.peekLast();
      if (last != null && last.stats().arrivals() > route.arrivals()) {
        deque.clear(); // the gateway was restarted: its totals begin again
      }
      if (last != null
          && last.at().isAfter(now.minusMillis(1000 / PER_SECOND))
          && deque.size() > 1) {
        deque.removeLast();
      }
      deque.addLast(new Sample(now, route));
      while (deque.size() > 1 && deque.peekFirst().at().isBefore(now.minus(KEPT))) {
        deque.removeFirst();
      }
    }
  }

  /** What was counted of an Inference lately, oldest first. */
  synchronized List<Sample> samples(Key key) {
    return newest.isEmpty()
        ? List.of()
        : new ArrayList<>(samples.getOrDefault(key, new ArrayDeque<>()));
  }

  /** What was counted last; empty while the gateway cannot be reached. */
  Optional<GatewayStats> stats() {
    return newest;
  }

  /** Whether to look often: something is about to become ready. */
  void watchful(boolean often) {
    watchful = often;
  }

  /** The routes that the gateway goes by, as far as they were pushed. */
  List<RouteTable.Route> routes() {
    return wantedRoutes;
  }

  /**
   * Pushes the table where it is not the one that the gateway goes by, or the gateway is another
   * than before.
   */
  void push(List<RouteTable.Route> routes) {
    Optional<GatewayStats> stats = newest;
    boolean another = stats.isPresent() && !stats.get().startedAt().equals(pushedTo);
    if (routes.equals(wantedRoutes) && pushedVersion > 0 && !another) {
      return;
    }
    long version =
        Math.max(
            clock.millis(),
            Math.max(pushedVersion, stats.map(GatewayStats::version).orElse(0L)) + 1);
    if (gateway.push(new RouteTable(version, routes))) {
      wantedRoutes = routes;
      pushedVersion = version;
      pushedTo = stats.map(GatewayStats::startedAt).orElse(Instant.EPOCH);
    }
  }

  @Override
  public void close() {
    closed = true;
    puller.interrupt();
  }
}
