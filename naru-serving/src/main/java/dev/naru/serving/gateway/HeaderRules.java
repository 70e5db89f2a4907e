package dev.naru.serving.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a proxy does to header fields (RFC 9110 §7.6, RFC 9112 §9). */
final class HeaderRules {
  static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");
  private static final AsciiString FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
  private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");
  private static final AtomicLong IDS = new AtomicLong();
  private static final String START = Long.toString(System.currentTimeMillis(), 36) + "-";

  private HeaderRules() {}

  /**
   * Makes a client's header fields those of the request to the replica.
   *
   * @param bodyBytes length of the buffered body
   * @return the request's id, the client's own if it sent a usable one
   */
  static String request(HttpHeaders headers, HttpMethod method, int bodyBytes, String peer) {
    boolean had =
        headers.contains(HttpHeaderNames.CONTENT_LENGTH)
            || headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    stripHopByHop(headers);
    headers.remove(HttpHeaderNames.EXPECT).remove(HTTP2_SETTINGS).remove(HttpHeaderNames.TE);
    if (had || bodyBytes > 0 || method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT)) {
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, bodyBytes);
    }
    List<String> chain = headers.getAll(FORWARDED_FOR);
    headers.set(FORWARDED_FOR, chain.isEmpty() ? peer : String.join(", ", chain) + ", " + peer);
    String id = headers.get(REQUEST_ID);
    if (id == null || !usable(id)) {
      id = START + Long.toString(IDS.incrementAndGet(), 36);
      headers.set(REQUEST_ID, id);
    }
    return id;
  }

  private static boolean usable(String id) {
    int length = id.length();
    for (int i = 0; i < length; i++) {
      char c = id.charAt(i);
      if (!(c == '-'
          || c == '_'
          || c == '.'
          || (c >= '0' && c <= '9')
          || (c >= 'A' && c <= 'Z')
          || (c >= 'a' && c <= 'z'))) {
        return false;
      }
    }
    return length > 0 && length <= 128;
  }

  /**
   * Makes a replica's header fields those of the answer to the client.
   *
   * @return whether the answer's end is marked, so that the client's connection can go on after it
   */
  static boolean response(HttpResponse response, HttpMethod asked, boolean clientKnowsChunks) {
    HttpHeaders headers = response.headers();
    stripHopByHop(headers);
    int status = response.status().code();
    if (asked.equals(HttpMethod.HEAD) || status == 204 || status == 304) {
      return true;
    }
    if (HttpUtil.isContentLengthSet(response)) {
      return true;
    }
    if (clientKnowsChunks) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return clientKnowsChunks;
  }

  private static void stripHopByHop(HttpHeaders headers) {
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : value.split(",", -1)) {
        String named = name.trim();
        // A message cannot talk the proxy out of its length or its host.
        if (!named.isEmpty()
            && !named.equalsIgnoreCase("content-length")
            && !named.equalsIgnoreCase("host")) {
          headers.remove(named);
        }
      }
    }
    headers
        .remove(HttpHeaderNames.CONNECTION)
        .remove(HttpHeaderNames.TRANSFER_ENCODING)
        .remove(KEEP_ALIVE)
        .remove(PROXY_CONNECTION)
        .remove(HttpHeaderNames.PROXY_AUTHENTICATE)
        .remove(HttpHeaderNames.PROXY_AUTHORIZATION)
        .remove(HttpHeaderNames.TRAILER)
        .remove(HttpHeaderNames.UPGRADE);
  }

  /** Why a request asks for something that is no plain HTTP exchange, or null. */
  static @Nullable String unsupported(HttpMethod method, HttpHeaders headers) {
    if (method.equals(HttpMethod.CONNECT)) {
      return "CONNECT is not supported";
    }
    String upgrade = headers.get(HttpHeaderNames.UPGRADE);
    // HTTP/2 is only offered (the JDK's client always does), so it may be left out; a WebSocket is
    // demanded.
    if (upgrade != null && !upgrade.equalsIgnoreCase("h2c")) {
      return "upgrading to " + upgrade + " is not supported; the gateway speaks HTTP/1.1";
    }
    return null;
  }
}
