package dev.naru.serving.gateway;

import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests held while no replica is ready: first come, first served, up to a number and a time. On
 * the loop.
 */
final class HoldQueue {
  private final DataPlane plane;
  private final Counters counters;
  private final Deque<Exchange> queue = new ArrayDeque<>();
  private @Nullable Future<?> timer;

  HoldQueue(DataPlane plane, Counters counters) {
    this.plane = plane;
    this.counters = counters;
  }

  int size() {
    return queue.size();
  }

  /** Holds a request; one too many is refused. */
  void add(Exchange exchange, Service service) {
    if (queue.size() >= service.route().queueLimit()) {
      counters.rejected++;
      exchange.refuse(
          "no replica of %s/%s is ready and %d requests are held already"
              .formatted(
                  service.route().key().project(),
                  service.route().key().inference(),
                  queue.size()));
      return;
    }
    boolean first = queue.isEmpty();
    if (exchange.sentBefore()) {
      queue.addFirst(exchange); // It waited already; the queue stays in the order of arrival.
    } else {
      queue.addLast(exchange);
    }
    startTimer(service);
    if (first) {
      plane.notices().happened();
    }
  }

  /** Forgets a request whose client went away. */
  void remove(Exchange exchange) {
    queue.remove(exchange);
  }

  /** Sends held requests on while there is a replica for them. */
  void release(Service service) {
    while (!queue.isEmpty() && service.pick() != null) {
      queue.removeFirst().dispatch();
    }
  }

  /** Refuses all that are held, because the route is gone. */
  void refuseAll(String reason) {
    for (Exchange exchange = queue.poll(); exchange != null; exchange = queue.poll()) {
      counters.rejected++;
      exchange.refuse(reason);
    }
  }

  private void startTimer(Service service) {
    Exchange oldest = queue.peekFirst();
    if (timer == null && oldest != null) {
      long wait =
          oldest.arrivedNanos() + service.route().queueTimeout().toNanos() - System.nanoTime();
      timer = plane.loop().schedule(() -> expire(service), Math.max(0, wait), TimeUnit.NANOSECONDS);
    }
  }

  private void expire(Service service) {
    timer = null;
    long before = System.nanoTime() - service.route().queueTimeout().toNanos();
    for (Exchange oldest = queue.peekFirst();
        oldest != null && oldest.arrivedNanos() - before <= 0;
        oldest = queue.peekFirst()) {
      queue.removeFirst();
      counters.rejected++;
      oldest.refuse(
          "no replica of %s/%s became ready within %d ms"
              .formatted(
                  service.route().key().project(),
                  service.route().key().inference(),
                  service.route().queueTimeout().toMillis()));
    }
    startTimer(service);
  }
}
