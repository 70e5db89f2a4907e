package dev.naru.serving.gateway;

import dev.naru.serving.http.Answers;
import dev.naru.serving.http.StrictRequestDecoder;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * One connection of Prometheus: {@code GET /metrics}, without a token. What it tells is names of
 * Inferences and counts; nothing can be changed here. On the loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the connection.
final class MetricsHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private final DataPlane plane;

  MetricsHandler(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    FullHttpResponse response = answer(context, request);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse answer(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return Answers.undecodable(context.alloc(), request.decoderResult().cause());
    }
    String fault = StrictRequestDecoder.fault(request);
    if (fault != null) {
      return Answers.error(context.alloc(), HttpResponseStatus.BAD_REQUEST, fault);
    }
    if (!(request.method().name() + " " + Answers.path(request)).equals("GET /metrics")) {
      return Answers.error(context.alloc(), HttpResponseStatus.NOT_FOUND, "known is GET /metrics");
    }
    return Answers.text(context.alloc(), HttpResponseStatus.OK, FORMAT, MetricsText.write(plane));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
