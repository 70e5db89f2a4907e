package dev.naru.serving.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** Answers that a process writes itself. */
public final class Answers {
  private Answers() {}

  /** A JSON answer with its length set. */
  public static FullHttpResponse json(
      ByteBufAllocator allocator, HttpResponseStatus status, String body) {
    return text(allocator, status, "application/json", body);
  }

  /** The answer {@code {"error": text}}. */
  public static FullHttpResponse error(
      ByteBufAllocator allocator, HttpResponseStatus status, String text) {
    return json(allocator, status, JsonText.error(text));
  }

  /** An answer in UTF-8 with its length set. */
  public static FullHttpResponse text(
      ByteBufAllocator allocator, HttpResponseStatus status, String type, String body) {
    ByteBuf content = ByteBufUtil.writeUtf8(allocator, body);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    return response;
  }

  /** The answer to a request that could not be decoded; the connection must be closed after it. */
  public static FullHttpResponse undecodable(ByteBufAllocator allocator, Throwable cause) {
    FullHttpResponse response =
        switch (cause) {
          case TooLongHttpLineException _ ->
              error(
                  allocator,
                  HttpResponseStatus.REQUEST_URI_TOO_LONG,
                  "the request line is longer than " + StrictRequestDecoder.LINE_BYTES + " bytes");
          case TooLongHttpHeaderException _ ->
              error(
                  allocator,
                  HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                  "the headers are larger than " + StrictRequestDecoder.HEADER_BYTES + " bytes");
          default ->
              error(
                  allocator,
                  HttpResponseStatus.BAD_REQUEST,
                  "not a valid HTTP/1.1 request"
                      + (cause.getMessage() == null ? "" : ": " + cause.getMessage()));
        };
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return response;
  }

  /** The path of a request's address: without scheme and host, query and fragment. */
  public static String path(HttpRequest request) {
    String target = target(request.uri());
    int end = target.length();
    for (int i = 0; i < end; i++) {
      char c = target.charAt(i);
      if (c == '?' || c == '#') {
        end = i;
      }
    }
    return target.substring(0, end);
  }

  /** An address in origin form: {@code http://host/a?b} becomes {@code /a?b}. */
  public static String target(String uri) {
    if (!uri.startsWith("/")) {
      int scheme = uri.indexOf("://");
      if (scheme > 0) {
        int slash = uri.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : uri.substring(slash);
      }
    }
    return uri;
  }
}
