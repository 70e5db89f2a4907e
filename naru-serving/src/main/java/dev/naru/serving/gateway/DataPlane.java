package dev.naru.serving.gateway;

import dev.naru.serving.gateway.RoutingTable.Route;
import dev.naru.serving.http.Answers;
import dev.naru.serving.http.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything that routes: the table at work, connections, time limits. On the loop. */
final class DataPlane {
  /**
   * Bytes of one request body; it is kept until the answer begins, so that it can be sent again.
   */
  static final int MAX_BODY = 4 << 20;

  /** Bytes of all request bodies under way. */
  static final long MAX_BUFFERED = 160L << 20;

  /** Client connections at once. */
  static final int MAX_CONNECTIONS = 4096;

  private static final int CONNECT_MILLIS = 1_000;
  private static final long SWEEP_SECONDS = 5;
  private static final long IDLE = TimeUnit.SECONDS.toNanos(75);
  private static final long SLOW = TimeUnit.SECONDS.toNanos(30);
  private static final long SILENT = TimeUnit.SECONDS.toNanos(300);
  private static final long POOLED = TimeUnit.SECONDS.toNanos(30);

  private final EventLoop loop;
  private final Notices notices = new Notices();
  private final Set<FrontHandler> fronts = new HashSet<>();
  private final Map<Replica, Prober> probers = new HashMap<>();
  private Map<RoutingTable.Key, Service> services = new LinkedHashMap<>();
  private Map<String, Service> shortForms = new HashMap<>();
  private long version;
  private long buffered;
  private boolean draining;

  /**
   * Where a request goes.
   *
   * @param target path and query as the replica gets them
   */
  record Match(Service service, String target) {
    /**
     * Whether a request may be sent twice: V2 infer computes, and the other methods are idempotent
     * by RFC 9110.
     */
    boolean repeatable(HttpMethod method) {
      return service.route().replayable()
          && switch (method.name()) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            case "POST" -> infer();
            default -> false;
          };
    }

    private boolean infer() {
      int query = target.indexOf('?');
      String path = query < 0 ? target : target.substring(0, query);
      return path.startsWith("/v2/models/") && path.endsWith("/infer");
    }
  }

  DataPlane(EventLoop loop) {
    this.loop = loop;
  }

  /** Begins the sweeps that hold the time limits. */
  void start() {
    var _ =
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  Notices notices() {
    return notices;
  }

  long version() {
    return version;
  }

  Collection<Service> services() {
    return services.values();
  }

  int connections() {
    return fronts.size();
  }

  /** Takes a new table: a replica that is not in it gets no new request from now on. */
  void apply(RoutingTable table) {
    Map<RoutingTable.Key, Service> before = services;
    services = new LinkedHashMap<>();
    shortForms = new HashMap<>();
    version = table.version();
    List<Replica> added = new ArrayList<>();
    for (Route route : table.routes()) {
      Service known = before.remove(route.key());
      Service service = known == null ? new Service(route, this) : known;
      services.put(route.key(), service);
      if (route.shortForm()) {
        shortForms.put(route.key().inference(), service);
      }
      added.addAll(service.update(route));
    }
    for (Service gone : before.values()) {
      gone.retire();
      gone.held()
          .refuseAll(
              "%s/%s is gone"
                  .formatted(gone.route().key().project(), gone.route().key().inference()));
    }
    probers.keySet().removeIf(Replica::retired);
    for (Replica replica : added) {
      probers.computeIfAbsent(replica, r -> new Prober(r, this)).soon();
    }
    notices.happened();
  }

  /** The route of an address, or null. */
  @Nullable Match match(String uri) {
    String target = Answers.target(uri);
    if (target.startsWith("/v2/models/")) {
      int end = nameEnd(target, 11);
      Service service = shortForms.get(target.substring(11, end));
      if (service != null) {
        return new Match(service, target);
      }
    }
    if (!target.startsWith("/")) {
      return null;
    }
    int project = nameEnd(target, 1);
    if (project == target.length() || target.charAt(project) != '/') {
      return null;
    }
    int inference = nameEnd(target, project + 1);
    Service service =
        services.get(
            new RoutingTable.Key(
                target.substring(1, project), target.substring(project + 1, inference)));
    if (service == null) {
      return null;
    }
    String rest = target.substring(inference);
    return new Match(service, rest.startsWith("/") ? rest : "/" + rest);
  }

  private static int nameEnd(String target, int from) {
    int end = from;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    return end;
  }

  /** Answers what no route is for. */
  void answerItself(FrontHandler front, HttpRequest request) {
    String path = Answers.path(request);
    if (!path.equals("/healthz")) {
      front.error(
          HttpResponseStatus.NOT_FOUND,
          "no route for "
              + path
              + "; addresses are /<project>/<inference>/… and /v2/models/<inference>/…");
    } else if (request.method().equals(HttpMethod.GET)
        || request.method().equals(HttpMethod.HEAD)) {
      front.respond(
          Answers.json(
              io.netty.buffer.UnpooledByteBufAllocator.DEFAULT,
              HttpResponseStatus.OK,
              "{\"status\":\"ok\"}\n"));
    } else {
      front.error(HttpResponseStatus.METHOD_NOT_ALLOWED, "/healthz answers GET");
    }
  }

  /** Opens a connection for a request. */
  void connect(Replica replica, Exchange exchange) {
    Upstream[] made = new Upstream[1];
    var connecting =
        new Bootstrap()
            .group(loop)
            .channel(Transport.client())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    made[0] = new Upstream(replica, channel);
                    channel.pipeline().addLast(codec(), made[0]);
                  }
                })
            .connect(replica.address());
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        exchange.connected(made[0]);
      } else {
        exchange.notConnected(replica);
      }
    });
  }

  static HttpClientCodec codec() {
    return new HttpClientCodec(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(8 << 10)
            .setMaxHeaderSize(64 << 10)
            .setMaxChunkSize(64 << 10)
            .setInitialBufferSize(256),
        false,
        false);
  }

  /**
   * Takes a replica out after a failed request, until its next probe succeeds; that one comes at
   * once.
   */
  void suspect(Replica replica) {
    changeReadiness(replica, false);
    doubt(replica);
  }

  /** Asks a replica at once whether it is still ready. */
  void doubt(Replica replica) {
    Prober prober = probers.get(replica);
    if (prober != null) {
      prober.soon();
    }
  }

  void changeReadiness(Replica replica, boolean ready) {
    if (replica.ready(ready) && !replica.retired()) {
      replica.service().readinessChanged();
      notices.happened();
    }
  }

  boolean buffer(int bytes) {
    if (buffered + bytes > MAX_BUFFERED) {
      return false;
    }
    buffered += bytes;
    return true;
  }

  void unbuffer(int bytes) {
    buffered -= bytes;
  }

  /** Counts a client connection in; false where there are too many. */
  boolean joined(FrontHandler front) {
    return fronts.size() < MAX_CONNECTIONS && fronts.add(front);
  }

  void left(FrontHandler front) {
    fronts.remove(front);
  }

  boolean draining() {
    return draining;
  }

  /** From now on connections end with the answer that is under way. */
  void drain() {
    draining = true;
    List.copyOf(fronts).forEach(FrontHandler::drain);
  }

  private void sweep() {
    long now = System.nanoTime();
    for (FrontHandler front : List.copyOf(fronts)) {
      front.checkTime(now - IDLE, now - SLOW);
      front.checkReplica(now - SILENT);
    }
    for (Service service : services.values()) {
      service.replicas().forEach(replica -> replica.closeIdle(now - POOLED));
    }
  }
}
