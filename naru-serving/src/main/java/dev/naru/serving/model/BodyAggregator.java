package dev.naru.serving.model;

import dev.naru.serving.http.Answers;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Collects whole requests and refuses larger ones in words. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which the handlers see.
final class BodyAggregator extends HttpObjectAggregator {
  /** Bytes of one request body. */
  static final int MAX_BODY = 4 << 20;

  BodyAggregator() {
    super(MAX_BODY);
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    FullHttpResponse response =
        Answers.error(
            context.alloc(),
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
            "the body is larger than " + MAX_BODY + " bytes; send fewer rows at once");
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
