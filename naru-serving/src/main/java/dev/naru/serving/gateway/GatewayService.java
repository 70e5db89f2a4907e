package dev.naru.serving.gateway;

import dev.naru.serving.http.Answers;
import dev.naru.serving.http.StrictRequestDecoder;
import dev.naru.serving.http.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A running gateway. It starts with the table saved last in its home, so it serves before, and
 * without, a control plane.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Failures are seen by the handlers.
public final class GatewayService {
  private static final int MAX_TABLE = 4 << 20;

  private final EventLoopGroup loops;
  private final DataPlane plane;
  private final Channel data;
  private final Channel admin;
  private final Optional<Channel> metrics;
  private final Optional<SliceWatch> watch;

  /**
   * How to start it.
   *
   * @param data where clients connect
   * @param admin where the control plane connects
   * @param home folder of {@code gateway-routes.json}
   * @param token what the control plane must send
   * @param metrics where Prometheus connects, without a token; empty for nowhere
   * @param cluster whose EndpointSlices it follows; empty outside of a cluster
   */
  public record Settings(
      InetSocketAddress data,
      InetSocketAddress admin,
      Path home,
      String token,
      Optional<InetSocketAddress> metrics,
      Optional<Cluster> cluster) {}

  /**
   * A namespace of a cluster.
   *
   * @param server URL of the API server
   * @param account folder of {@code token} and {@code ca.crt}, which are read anew for each use
   * @param namespace the one that is followed
   */
  public record Cluster(URI server, Path account, String namespace) {}

  /** A port that cannot be listened on. */
  public static final class BusyPortException extends IOException {
    private static final long serialVersionUID = 1;

    /** Whether it is the port for clients, as against the admin port. */
    private final boolean forClients;

    BusyPortException(InetSocketAddress address, boolean forClients, Throwable cause) {
      super(
          "cannot listen on " + NetUtil.toSocketAddressString(address) + ": " + cause.getMessage(),
          cause);
      this.forClients = forClients;
    }

    /** Whether it is the port for clients, as against the admin port. */
    public boolean forClients() {
      return forClients;
    }
  }

  private GatewayService(
      EventLoopGroup loops,
      DataPlane plane,
      Channel data,
      Channel admin,
      Optional<Channel> metrics,
      Optional<SliceWatch> watch) {
    this.loops = loops;
    this.plane = plane;
    this.data = data;
    this.admin = admin;
    this.metrics = metrics;
    this.watch = watch;
  }

  /**
   * Listens and begins to probe. In a cluster it listens for clients once it knows a table, from
   * the cluster, its home or the control plane: until then others take their requests.
   *
   * @throws BusyPortException if a port is taken
   * @throws IOException if the saved table cannot be read; one that is damaged is reported on
   *     stderr and left aside
   */
  public static GatewayService start(Settings settings) throws IOException {
    long startedAt = System.currentTimeMillis();
    RoutesFile file = new RoutesFile(settings.home());
    RoutingTable saved;
    try {
      saved = file.load();
    } catch (RoutesReader.BadRoutesException e) {
      System.err.println("gateway: the saved routing table is left aside: " + e.getMessage());
      saved = RoutingTable.empty();
    }
    RoutingTable table = saved;
    EventLoopGroup loops = Transport.loops("gateway", 1);
    EventLoop loop = loops.next();
    DataPlane plane = new DataPlane(loop);
    Tables tables = new Tables(plane);
    RoutesWriter writer = new RoutesWriter(file, loop, tables);
    Optional<SliceWatch> watch =
        settings
            .cluster()
            .map(c -> new SliceWatch(c, now -> loop.execute(() -> tables.followed(now))));
    try {
      // The table first: no request may find an empty one.
      loop.submit(
              () -> {
                tables.saved(table);
                plane.start();
              })
          .syncUninterruptibly();
      Clients clients = new Clients(plane);
      Askers admins =
          new Askers(
              MAX_TABLE,
              () -> new AdminHandler(plane, tables, writer, settings.token(), startedAt));
      Optional<Channel> metrics = Optional.empty();
      if (settings.metrics().isPresent()) {
        metrics =
            Optional.of(
                bind(
                    loop,
                    settings.metrics().get(),
                    false,
                    new Askers(0, () -> new MetricsHandler(plane))));
      }
      Channel data;
      Channel admin;
      if (watch.isPresent()) {
        admin = bind(loop, settings.admin(), false, admins);
        watch.get().start();
        tables.awaitKnown();
        data = bind(loop, settings.data(), true, clients);
      } else {
        data = bind(loop, settings.data(), true, clients);
        admin = bind(loop, settings.admin(), false, admins);
      }
      return new GatewayService(loops, plane, data, admin, metrics, watch);
    } catch (BusyPortException e) {
      watch.ifPresent(SliceWatch::close);
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static Channel bind(
      EventLoop loop, InetSocketAddress address, boolean forClients, ChannelHandler connections)
      throws BusyPortException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(Transport.server())
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(connections)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new BusyPortException(address, forClients, bound.cause());
    }
    return bound.channel();
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    return (InetSocketAddress) data.localAddress();
  }

  /** Where the control plane connects. */
  public InetSocketAddress adminAddress() {
    return (InetSocketAddress) admin.localAddress();
  }

  /** Where Prometheus connects, if anywhere. */
  public Optional<InetSocketAddress> metricsAddress() {
    return metrics.map(m -> (InetSocketAddress) m.localAddress());
  }

  /**
   * Accepts no more connections, lets what is under way or held end, and stops; at most for the
   * given time.
   */
  public void drain(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    data.close().awaitUninterruptibly();
    plane.loop().submit(plane::drain).awaitUninterruptibly();
    while (System.nanoTime() < end
        && plane.loop().submit(plane::connections).syncUninterruptibly().getNow() > 0) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    watch.ifPresent(SliceWatch::close);
    loops.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
  }

  /** Sets up client connections. */
  private static final class Clients extends ChannelInitializer<Channel> {
    private final DataPlane plane;

    Clients(DataPlane plane) {
      this.plane = plane;
    }

    @Override
    protected void initChannel(Channel channel) {
      FrontEncoder encoder = new FrontEncoder();
      channel.pipeline().addLast(new StrictRequestDecoder(), encoder);
      String peer =
          channel.remoteAddress() instanceof InetSocketAddress remote
              ? remote.getAddress().getHostAddress()
              : "unknown";
      FrontHandler front = new FrontHandler(plane, channel, encoder, peer);
      if (plane.joined(front)) {
        channel.pipeline().addLast(front);
      } else {
        channel
            .writeAndFlush(
                Answers.error(
                    channel.alloc(),
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "more than " + DataPlane.MAX_CONNECTIONS + " connections"))
            .addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  /** Sets up connections of those who ask about the gateway: Prometheus, the control plane. */
  private static final class Askers extends ChannelInitializer<Channel> {
    private final int longest;
    private final Supplier<ChannelHandler> answers;

    /**
     * @param longest bytes of a request's body
     * @param answers makes what answers one connection
     */
    Askers(int longest, Supplier<ChannelHandler> answers) {
      this.longest = longest;
      this.answers = answers;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              new StrictRequestDecoder(),
              new HttpResponseEncoder(),
              new HttpObjectAggregator(longest),
              answers.get());
    }
  }
}
