package dev.naru.serving.model;

import dev.naru.serving.http.Answers;
import dev.naru.serving.http.StrictRequestDecoder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the model server. Requests are answered on the event loop, in the order in
 * which they came.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which the handlers see.
final class ModelHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final V2Api api;
  private final BooleanSupplier draining;

  ModelHandler(V2Api api, BooleanSupplier draining) {
    this.api = api;
    this.draining = draining;
  }

  /** Adds this handler with the codec before it. */
  static void addTo(ChannelPipeline pipeline, V2Api api, BooleanSupplier draining) {
    pipeline.addLast(
        new StrictRequestDecoder(),
        new HttpResponseEncoder(),
        new BodyAggregator(),
        new ModelHandler(api, draining));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    FullHttpResponse response = response(context, request);
    boolean keep =
        request.decoderResult().isSuccess()
            && HttpUtil.isKeepAlive(request)
            && !draining.getAsBoolean()
            && !response.headers().contains(HttpHeaderNames.CONNECTION);
    if (!keep) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (request.protocolVersion().minorVersion() == 0) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    if (request.method().name().equals("HEAD")) {
      response.content().clear();
    }
    var written = context.write(response);
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private FullHttpResponse response(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return Answers.undecodable(context.alloc(), request.decoderResult().cause());
    }
    String fault = StrictRequestDecoder.fault(request);
    if (fault != null) {
      FullHttpResponse response =
          Answers.error(context.alloc(), HttpResponseStatus.BAD_REQUEST, fault);
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return response;
    }
    Answer answer =
        api.answer(
            request.method().name(),
            Answers.path(request),
            contentType(request),
            ByteBufUtil.getBytes(request.content()));
    FullHttpResponse response = Answers.json(context.alloc(), answer.status(), answer.json());
    if (!answer.allow().isEmpty()) {
      response.headers().set(HttpHeaderNames.ALLOW, answer.allow());
    }
    return response;
  }

  private static String contentType(FullHttpRequest request) {
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return "in the coding " + encoding;
    }
    if (request.headers().contains("Inference-Header-Content-Length")) {
      return "in the binary extension";
    }
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    return type == null ? "" : type;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, @Nullable Object event) {
    if (event instanceof IdleStateEvent) {
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
