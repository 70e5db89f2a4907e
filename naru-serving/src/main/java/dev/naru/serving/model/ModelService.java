package dev.naru.serving.model;

import dev.naru.serving.http.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A running model server. Life: {@link #start} warms up and binds, so a connection is only accepted
 * by a ready server; {@link #drain} ends it.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which the handlers see.
public final class ModelService {
  private static final Duration WARM_UP = Duration.ofMillis(300);

  /** How long a request that is on its way when the drain begins may take to arrive. */
  private static final Duration LINGER = Duration.ofMillis(200);

  private static final int IDLE_SECONDS = 120;
  private static final int MAX_CONNECTIONS = 1024;

  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final EventLoopGroup loops;
  private final Channel listener;
  private final Life life;

  /** Written by the thread that drains, read by the event loops. */
  private static final class Life {
    private volatile boolean draining;
  }

  private ModelService(ServedModel model, InetSocketAddress address, int threads)
      throws IOException {
    Life state = new Life();
    V2Api api = new V2Api(model, () -> !state.draining);
    WarmUp.run(api, model.tree().features(), model.name(), WARM_UP);
    this.life = state;
    this.loops = Transport.loops("model", threads);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(Transport.server())
            .option(ChannelOption.SO_BACKLOG, 512)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections(connections, api, state))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new IOException(
          "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    this.listener = bound.channel();
  }

  /**
   * Warms up (at most 300 ms), listens, and is ready on return.
   *
   * @param address port 0 for any free one
   * @param threads event loops, at least 1
   */
  public static ModelService start(ServedModel model, InetSocketAddress address, int threads)
      throws IOException {
    return new ModelService(model, address, threads);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /**
   * Answers "not ready", accepts no more connections, finishes what is under way, and returns when
   * all is done or the time is over. May be called from any thread, once.
   */
  public void drain(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    life.draining = true;
    listener.close().awaitUninterruptibly();
    // From here each answer closes its connection. One without a request is closed after the
    // linger.
    connections
        .newCloseFuture()
        .awaitUninterruptibly(Math.min(LINGER.toMillis(), atMost.toMillis()));
    for (Channel connection : connections) {
      connection.pipeline().fireUserEventTriggered(Drain.NOW);
    }
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    connections.newCloseFuture().awaitUninterruptibly(Math.max(0, left));
    connections.close().awaitUninterruptibly(500);
    loops.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS).awaitUninterruptibly(500);
  }

  /** Tells a connection that the server is going away. */
  private enum Drain {
    NOW
  }

  /** Sets up connections and refuses those above the limit. */
  private static final class Connections extends ChannelInitializer<Channel> {
    private final ChannelGroup all;
    private final V2Api api;
    private final Life life;

    Connections(ChannelGroup all, V2Api api, Life life) {
      this.all = all;
      this.api = api;
      this.life = life;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (all.size() >= MAX_CONNECTIONS) {
        channel.close();
        return;
      }
      all.add(channel);
      channel.pipeline().addLast(new IdleStateHandler(0, 0, IDLE_SECONDS), new Unanswered());
      ModelHandler.addTo(channel.pipeline(), api, () -> life.draining);
    }
  }

  /**
   * Knows whether bytes of a request came that were not answered yet; closes an idle connection on
   * a drain.
   */
  private static final class Unanswered extends ChannelDuplexHandler {
    private boolean pending;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      pending = true;
      context.fireChannelRead(message);
    }

    @Override
    public void write(
        ChannelHandlerContext context, Object message, io.netty.channel.ChannelPromise promise) {
      pending = false;
      context.write(message, promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == Drain.NOW && !pending) {
        context.close();
        return;
      }
      context.fireUserEventTriggered(event);
    }
  }
}
