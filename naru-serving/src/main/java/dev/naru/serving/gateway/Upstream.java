package dev.naru.serving.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a replica: used by one request at a time, then kept for the next. On the loop.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which is seen below.
final class Upstream extends ChannelInboundHandlerAdapter {
  private final Replica replica;
  private final Channel channel;
  private @Nullable Exchange exchange;
  private boolean interim;
  private boolean reusable;
  private long lastUsed;

  Upstream(Replica replica, Channel channel) {
    this.replica = replica;
    this.channel = channel;
    this.lastUsed = System.nanoTime();
  }

  Replica replica() {
    return replica;
  }

  /** When its last request ended, as {@link System#nanoTime}. */
  long lastUsed() {
    return lastUsed;
  }

  void send(Exchange next, FullHttpRequest request) {
    exchange = next;
    if (channel.isActive()) {
      channel.writeAndFlush(request);
    } else {
      request.release();
      // It broke since it was kept; told from the loop, as any other break.
      channel.eventLoop().execute(() -> broken("the kept connection was closed"));
    }
  }

  void reading(boolean on) {
    channel.config().setAutoRead(on);
  }

  /** Gives the request up and closes; the request is not told. */
  void abandon() {
    exchange = null;
    channel.close();
  }

  void close() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Exchange current = exchange;
    if (current == null) {
      ReferenceCountUtil.release(message);
      context.close();
      return;
    }
    if (message instanceof HttpResponse response) {
      if (!head(current, response)) {
        ReferenceCountUtil.release(message);
        return;
      }
    }
    if (message instanceof HttpContent content) {
      content(current, content);
    }
  }

  /** Returns false where the answer is no use. */
  private boolean head(Exchange current, HttpResponse response) {
    if (response.decoderResult().isFailure() || response.status().code() == 101) {
      exchange = null;
      channel.close();
      current.broken("its answer is not valid HTTP/1.1");
      return false;
    }
    interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (!interim) {
      reusable = HttpUtil.isKeepAlive(response);
      current.head(response);
    }
    return true;
  }

  private void content(Exchange current, HttpContent content) {
    if (interim) {
      // 100 and 103 stay between the gateway and the replica.
      content.release();
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      exchange = null;
      channel.close();
      current.broken("its answer has a damaged body");
      return;
    }
    if (!(content instanceof LastHttpContent)) {
      current.content(content);
      return;
    }
    exchange = null;
    lastUsed = System.nanoTime();
    if (content.content().isReadable()) {
      current.content(new DefaultHttpContent(content.content()));
    } else {
      content.release();
    }
    if (reusable && channel.isActive()) {
      channel.config().setAutoRead(true);
      replica.keep(this);
    } else {
      channel.close();
    }
    current.end();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broken("the connection was closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private void broken(String reason) {
    Exchange current = exchange;
    exchange = null;
    if (current == null) {
      replica.forget(this);
      replica.service().plane().doubt(replica);
    } else {
      current.broken(reason);
    }
  }
}
