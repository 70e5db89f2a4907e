package dev.naru.server.operator;

import dev.naru.core.route.Gateway;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.RouteTable;
import dev.naru.engine.kubernetes.Gateways;
import dev.naru.engine.kubernetes.KubernetesSettings;
import dev.naru.server.gateway.HttpGateway;
import dev.naru.server.gateway.StatsSum;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All gateways of a cluster as one: each is given the routes of its own namespace, what they count
 * is added up. Each is asked by a thread of its own, so that a slow one holds up no other.
 */
final class ClusterGateway implements Gateway, AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(2);

  private final Gateways gateways;
  private final Map<Gateways.Place, Asked> asked = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private long sequence;
  private volatile boolean closed;

  ClusterGateway(Gateways gateways) {
    this.gateways = gateways;
  }

  /** One gateway and what it said last. */
  private final class Asked {
    private final Gateways.Place place;
    private final HttpGateway http;
    private final Thread thread;
    private volatile boolean stopped;
    private Optional<GatewayStats> newest = Optional.empty();

    Asked(Gateways.Place place) {
      this.place = place;
      this.http = new HttpGateway(place.ip(), KubernetesSettings.GATEWAY_ADMIN_PORT, place.token());
      this.thread = Thread.ofVirtual().name("stats of " + place.name()).start(this::ask);
    }

    private void ask() {
      while (!closed && !stopped) {
        long since = newest.map(GatewayStats::sequence).orElse(-1L);
        Optional<GatewayStats> stats = http.stats(since, busy() ? Duration.ofMillis(200) : WAIT);
        lock.lock();
        try {
          if (!stats.equals(newest)) {
            newest = stats;
            sequence++;
            news.signalAll();
          }
        } finally {
          lock.unlock();
        }
        if (stats.isEmpty()) {
          pause();
        }
      }
    }

    private boolean busy() {
      return newest.isPresent()
          && newest.get().routes().stream().anyMatch(r -> r.inFlight() > 0 || r.held() > 0);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Asked> look() {
    Set<Gateways.Place> places = new HashSet<>(gateways.places());
    lock.lock();
    try {
      asked
          .entrySet()
          .removeIf(e -> {
            boolean gone = !places.contains(e.getKey());
            e.getValue().stopped |= gone;
            return gone;
          });
      places.forEach(p -> asked.computeIfAbsent(p, Asked::new));
      return List.copyOf(asked.values());
    } finally {
      lock.unlock();
    }
  }

  /** True where each gateway that runs has taken its part of the table. */
  @Override
  public boolean push(RouteTable table) {
    boolean all = true;
    for (Asked one : look()) {
      List<RouteTable.Route> own =
          table.routes().stream().filter(r -> r.project().equals(one.place.namespace())).toList();
      all &= one.http.push(new RouteTable(table.version(), own));
    }
    return all;
  }

  @Override
  public Optional<GatewayStats> stats(long since, Duration wait) {
    look();
    lock.lock();
    try {
      long nanos = wait.toNanos();
      while (sequence == since && nanos > 0 && !closed) {
        nanos = news.awaitNanos(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(500)));
        nanos = nanos <= 0 ? 0 : wait.toNanos();
        break;
      }
      return sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Optional<GatewayStats> sum() {
    List<GatewayStats> all = asked.values().stream().flatMap(a -> a.newest.stream()).toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new GatewayStats(
            sequence,
            all.stream().mapToLong(GatewayStats::version).min().orElse(0),
            all.stream().map(GatewayStats::startedAt).max(Instant::compareTo).orElseThrow(),
            StatsSum.of(all)));
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      asked.values().forEach(a -> a.thread.interrupt());
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
