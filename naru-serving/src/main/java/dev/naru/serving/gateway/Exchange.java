package dev.naru.serving.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: held, with a replica, answered. It is sent again only before any byte of
 * an answer came: as often as a connection never opened (each time the replica is taken out first),
 * and once after that if it is repeatable. On the loop.
 */
final class Exchange {
  /**
   * Connections tried for one request; only reached where replicas pass their probe and then
   * refuse.
   */
  private static final int MAX_ATTEMPTS = 8;

  /** A kept connection unused for longer is not used again. */
  private static final long REUSE = TimeUnit.SECONDS.toNanos(30);

  /**
   * The same for a request that must not be sent twice: the replica might just be closing the
   * connection.
   */
  private static final long REUSE_ONCE = TimeUnit.SECONDS.toNanos(1);

  /** A request after so long without one is noteworthy: whoever scales by it may be asleep. */
  private static final long QUIET_MILLIS = 1_000;

  private final FrontHandler front;
  private final Service service;
  private final DataPlane plane;
  private final Parts parts;
  private final long arrivedNanos = System.nanoTime();
  private final boolean afterQuiet;
  private @Nullable Replica replica;
  private @Nullable Upstream upstream;
  private long sentNanos;
  private long activeNanos;
  private int attempts;
  private boolean replayed;
  private boolean answering;
  private boolean over;

  /**
   * What is sent.
   *
   * @param repeatable whether it may be sent twice
   * @param body owned by the exchange
   */
  record Parts(
      HttpMethod method, String target, HttpHeaders headers, ByteBuf body, boolean repeatable) {}

  Exchange(FrontHandler front, Service service, DataPlane plane, Parts parts) {
    this.front = front;
    this.service = service;
    this.plane = plane;
    this.parts = parts;
    long now = System.currentTimeMillis();
    afterQuiet = now - service.counters().lastArrival >= QUIET_MILLIS;
    service.counters().arrivals++;
    service.counters().lastArrival = now;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  boolean sentBefore() {
    return attempts > 0;
  }

  /** Sends it to a replica, or holds it while there is none. */
  void dispatch() {
    Replica chosen = service.pick();
    if (chosen == null) {
      service.held().add(this, service);
      return;
    }
    replica = chosen;
    attempts++;
    chosen.began();
    service.inFlight(1);
    if (afterQuiet && attempts == 1) {
      plane.notices().happened();
    }
    long now = System.nanoTime();
    activeNanos = now;
    Upstream kept = chosen.take(now - (parts.repeatable() ? REUSE : REUSE_ONCE));
    if (kept == null) {
      plane.connect(chosen, this);
    } else {
      send(kept);
    }
  }

  void connected(Upstream fresh) {
    if (over) {
      fresh.replica().keep(fresh);
    } else {
      send(fresh);
    }
  }

  void notConnected(Replica target) {
    target.failed();
    if (over) {
      plane.suspect(target);
      return;
    }
    leave(false);
    plane.suspect(target);
    if (attempts < MAX_ATTEMPTS) {
      service.counters().retried++;
      dispatch();
    } else {
      fail(HttpResponseStatus.BAD_GATEWAY, "no replica accepts connections");
    }
  }

  private void send(Upstream to) {
    upstream = to;
    sentNanos = System.nanoTime();
    activeNanos = sentNanos;
    to.send(
        this,
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            parts.method(),
            parts.target(),
            parts.body().retainedDuplicate(),
            parts.headers(),
            EmptyHttpHeaders.INSTANCE));
  }

  void head(HttpResponse response) {
    answering = true;
    activeNanos = System.nanoTime();
    service.counters().status(response.status().code());
    front.head(response, parts.method());
  }

  void content(HttpContent content) {
    activeNanos = System.nanoTime();
    front.content(content);
  }

  void flush() {
    front.flush();
  }

  /** The answer is whole. */
  void end() {
    long now = System.nanoTime();
    service
        .counters()
        .completed(now - sentNanos, now - arrivedNanos, service.route().slowAfter().toNanos());
    upstream = null;
    leave(true);
    finish();
    front.end();
  }

  /** The connection to the replica broke, or what came over it is no HTTP. */
  void broken(String reason) {
    Replica target = replica;
    upstream = null;
    leave(false);
    if (target != null) {
      target.failed();
      plane.suspect(target);
    }
    if (answering) {
      service.counters().failed++;
      finish();
      front.abort();
    } else if (parts.repeatable() && !replayed) {
      replayed = true;
      service.counters().retried++;
      dispatch();
    } else {
      fail(HttpResponseStatus.BAD_GATEWAY, "the replica did not answer: " + reason);
    }
  }

  /** Fails it if its replica said nothing for too long. */
  void checkSilence(long before) {
    if (replica != null && activeNanos - before < 0 && front.writable()) {
      Upstream silent = upstream;
      upstream = null;
      if (silent != null) {
        silent.abandon();
      }
      leave(false);
      if (answering) {
        service.counters().failed++;
        finish();
        front.abort();
      } else {
        fail(HttpResponseStatus.GATEWAY_TIMEOUT, "the replica said nothing for too long");
      }
    }
  }

  /** The client went away. */
  void cancel() {
    if (over) {
      return;
    }
    service.counters().cancelled++;
    if (replica == null) {
      service.held().remove(this);
    }
    Upstream current = upstream;
    upstream = null;
    if (current != null) {
      current.abandon();
    }
    leave(false);
    finish();
  }

  /** Answers 503 on behalf of the queue, which has counted it. */
  void refuse(String reason) {
    service.counters().status(503);
    finish();
    front.unavailable(reason);
  }

  private void fail(HttpResponseStatus status, String reason) {
    service.counters().failed++;
    service.counters().status(status.code());
    finish();
    front.error(status, reason);
  }

  /** Reads on from the replica only while the client takes what was read. */
  void clientWritable(boolean writable) {
    Upstream current = upstream;
    if (current != null) {
      current.reading(writable);
    }
  }

  private void leave(boolean answered) {
    Replica current = replica;
    if (current != null) {
      replica = null;
      service.inFlight(-1);
      current.ended(answered);
    }
  }

  private void finish() {
    over = true;
    plane.unbuffer(parts.body().readableBytes());
    ReferenceCountUtil.release(parts.body());
  }
}
