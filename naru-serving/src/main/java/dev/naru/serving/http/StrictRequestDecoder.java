package dev.naru.serving.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes HTTP/1 requests and fails those whose length two parsers could read differently (RFC 9112
 * §6.3, request smuggling): the message then carries a failed decoder result.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which the handlers see.
public final class StrictRequestDecoder extends HttpRequestDecoder {
  /** Bytes of a request line, with its address. */
  public static final int LINE_BYTES = 8 << 10;

  /** Bytes of all header fields. */
  public static final int HEADER_BYTES = 16 << 10;

  /** A decoder for one connection. */
  public StrictRequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES)
            .setMaxHeaderSize(HEADER_BYTES)
            .setMaxChunkSize(64 << 10)
            .setInitialBufferSize(256)
            .setStrictLineParsing(true));
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException(
        "a request cannot have both Content-Length and Transfer-Encoding");
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) throws Exception {
    HttpMessage message = super.createMessage(initialLine);
    HttpVersion version = message.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      throw new IllegalArgumentException("only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    return message;
  }

  /**
   * What is wrong with the framing of a decoded request, or null. To be asked for each request
   * before its body is used.
   */
  public static @Nullable String fault(HttpRequest request) {
    HttpHeaders headers = request.headers();
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty()) {
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        return "the only Transfer-Encoding understood is chunked";
      }
      if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
        return "HTTP/1.0 has no Transfer-Encoding";
      }
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() != 1
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return "a request has exactly one Host header";
    }
    return null;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
