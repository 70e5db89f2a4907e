package dev.naru.serving.gateway;

import dev.naru.serving.http.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks one replica whether it is ready: often until it is, gently afterwards. A refused connection
 * or another status than 2xx counts at once; a slow answer only when it happens three times in a
 * row, because a busy machine is slow. On the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The channel's end is what counts.
final class Prober {
  private static final long FAST_MILLIS = 50;
  private static final long GENTLE_MILLIS = 5_000;
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int SLOW_ANSWERS = 3;

  private final Replica replica;
  private final DataPlane plane;
  private @Nullable Future<?> next;
  private boolean asking;
  private boolean askAgain;
  private int refusals;
  private int slow;

  Prober(Replica replica, DataPlane plane) {
    this.replica = replica;
    this.plane = plane;
  }

  /** Asks now, or again as soon as the present question is answered. */
  void soon() {
    if (asking) {
      askAgain = true;
      return;
    }
    if (next != null) {
      next.cancel(false);
    }
    ask();
  }

  private void ask() {
    next = null;
    if (replica.retired() || replica.draining()) {
      return;
    }
    asking = true;
    askAgain = false;
    Question question = new Question();
    new Bootstrap()
        .group(plane.loop())
        .channel(Transport.client())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MILLIS)
        .handler(question)
        .connect(replica.address())
        .addListener(done -> {
          if (!done.isSuccess()) {
            answered(
                done.cause() instanceof io.netty.channel.ConnectTimeoutException
                    ? Reply.SLOW
                    : Reply.NO);
          } else if (replica.service().route().readyPath().isEmpty()) {
            question.end(Reply.YES);
          } else {
            question.send();
          }
        });
  }

  private enum Reply {
    YES,
    NO,
    SLOW
  }

  private void answered(Reply reply) {
    asking = false;
    switch (reply) {
      case YES -> {
        refusals = 0;
        slow = 0;
        plane.changeReadiness(replica, true);
      }
      case NO -> {
        refusals++;
        plane.changeReadiness(replica, false);
      }
      case SLOW -> {
        if (++slow >= SLOW_ANSWERS || !replica.ready()) {
          plane.changeReadiness(replica, false);
        }
      }
    }
    next =
        plane.loop().schedule(this::ask, askAgain ? FAST_MILLIS : pause(), TimeUnit.MILLISECONDS);
  }

  /**
   * Milliseconds: 50 in the first ten seconds of not being ready, 250 in the next ten minutes, then
   * 1000.
   */
  private long pause() {
    if (replica.ready()) {
      return GENTLE_MILLIS;
    }
    return refusals < 200 ? FAST_MILLIS : refusals < 2_600 ? 5 * FAST_MILLIS : 1_000;
  }

  /** One connection that asks. */
  private final class Question extends ChannelInitializer<Channel> {
    private @Nullable Channel channel;
    private @Nullable Future<?> limit;
    private boolean ended;

    @Override
    protected void initChannel(Channel opened) {
      channel = opened;
      opened.pipeline().addLast(DataPlane.codec(), new Listener());
    }

    void send() {
      limit = plane.loop().schedule(() -> end(Reply.SLOW), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      var request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.GET, replica.service().route().readyPath());
      request
          .headers()
          .set(HttpHeaderNames.HOST, NetUtil.toSocketAddressString(replica.address()))
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      if (channel != null) {
        channel.writeAndFlush(request);
      }
    }

    void end(Reply reply) {
      if (ended) {
        return;
      }
      ended = true;
      if (limit != null) {
        limit.cancel(false);
      }
      if (channel != null) {
        channel.close();
      }
      answered(reply);
    }

    private final class Listener extends ChannelInboundHandlerAdapter {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        try {
          if (message instanceof HttpResponse response) {
            boolean good =
                response.decoderResult().isSuccess()
                    && response.status().codeClass() == HttpStatusClass.SUCCESS;
            end(good ? Reply.YES : Reply.NO);
          }
        } finally {
          ReferenceCountUtil.release(message);
        }
      }

      @Override
      public void channelInactive(ChannelHandlerContext context) {
        // Before the connection was established its own listener answers.
        if (limit != null) {
          end(Reply.NO);
        }
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
      }
    }
  }
}
