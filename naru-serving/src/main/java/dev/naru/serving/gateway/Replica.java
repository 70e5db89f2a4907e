package dev.naru.serving.gateway;

import dev.naru.serving.gateway.RoutingTable.Target;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One replica as the gateway sees it: ready or not, what is under way on it, and connections kept
 * for the next request. On the loop.
 */
final class Replica {
  /** Connections kept while nobody uses them. */
  private static final int MAX_IDLE = 256;

  private final String key;
  private final InetSocketAddress address;
  private final Service service;
  private final Deque<Upstream> idle = new ArrayDeque<>();
  private String id;
  private boolean draining;
  private boolean ready;
  private boolean retired;
  private int outstanding;
  private long completed;
  private long failures;

  Replica(Target target, Service service) {
    this.key = target.key();
    this.id = target.id();
    this.address = target.address();
    this.draining = target.draining();
    this.service = service;
  }

  /** What tells it from every other replica of its route, for as long as it is there. */
  String key() {
    return key;
  }

  /** What the control plane calls it. */
  String id() {
    return id;
  }

  InetSocketAddress address() {
    return address;
  }

  Service service() {
    return service;
  }

  boolean ready() {
    return ready;
  }

  boolean draining() {
    return draining;
  }

  /** Whether it is gone from the table: what is under way on it ends, nothing new begins. */
  boolean retired() {
    return retired;
  }

  /** Whether it may get a request. */
  boolean available() {
    return ready && !draining && !retired;
  }

  int outstanding() {
    return outstanding;
  }

  long completed() {
    return completed;
  }

  long failures() {
    return failures;
  }

  /** Takes what a table says anew of it. */
  void update(Target target) {
    id = target.id();
    draining = target.draining();
  }

  void retire() {
    retired = true;
    for (Upstream upstream = idle.poll(); upstream != null; upstream = idle.poll()) {
      upstream.close();
    }
  }

  /** Changes the readiness; true if it was the other one. */
  boolean ready(boolean now) {
    boolean changed = ready != now;
    ready = now;
    if (changed && !now) {
      closeIdle(Long.MAX_VALUE);
    }
    return changed;
  }

  void began() {
    outstanding++;
  }

  void ended(boolean answered) {
    outstanding--;
    if (answered) {
      completed++;
    }
  }

  void failed() {
    failures++;
  }

  /**
   * A kept connection, the one used last, or null.
   *
   * @param unusedSince nanoseconds of {@link System#nanoTime}; one unused for longer is not given
   */
  @Nullable Upstream take(long unusedSince) {
    Upstream last = idle.peekLast();
    return last == null || last.lastUsed() - unusedSince < 0 ? null : idle.pollLast();
  }

  /** Keeps a connection for the next request, or closes it where it is no longer wanted. */
  void keep(Upstream upstream) {
    if (retired || !ready || idle.size() == MAX_IDLE) {
      upstream.close();
    } else {
      idle.addLast(upstream);
    }
  }

  void forget(Upstream upstream) {
    idle.remove(upstream);
  }

  /** Closes kept connections that were last used before a moment of {@link System#nanoTime}. */
  void closeIdle(long before) {
    for (Upstream first = idle.peekFirst();
        first != null && (before == Long.MAX_VALUE || first.lastUsed() - before < 0);
        first = idle.peekFirst()) {
      idle.removeFirst().close();
    }
  }
}
