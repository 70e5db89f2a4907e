package dev.naru.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * HTTP with JSON on the loopback interface, each request on a connection of its own. Not the JDK's
 * clients, for how long they take to begin is most of a short command: {@code java.net.http} loads
 * five times as much, {@code HttpURLConnection} looks through every jar for other protocols (ADR
 * 0025).
 */
public final class Api {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 60_000;

  private final URI base;
  private final String token;

  /**
   * @param base such as {@code http://127.0.0.1:8800}
   * @param token empty where none is needed
   */
  public Api(String base, String token) {
    this.base = URI.create(base);
    this.token = token;
  }

  /** Asks for JSON. */
  public JsonNode get(String path) throws IOException {
    return get(path, ANSWER_MILLIS);
  }

  /**
   * The same.
   *
   * @throws SocketTimeoutException where no answer comes for so long
   */
  public JsonNode get(String path, int answerMillis) throws IOException {
    return json(ask("GET", path, null, answerMillis));
  }

  /** Sends JSON, asks for JSON. */
  public JsonNode post(String path, JsonNode body) throws IOException {
    return post(path, body, ANSWER_MILLIS);
  }

  /** Sends JSON to something that may hold the request for long. */
  public JsonNode post(String path, JsonNode body, int answerMillis) throws IOException {
    return json(ask("POST", path, entity(body), answerMillis));
  }

  /** Opens a stream that lasts as long as the other side likes; close it. */
  public InputStream stream(String path) throws IOException {
    return ask("GET", path, null, 0);
  }

  /** Sends JSON, answered by a stream; close it. */
  public InputStream postStream(String path, JsonNode body) throws IOException {
    return ask("POST", path, entity(body), 0);
  }

  /** Writes the body of a request. */
  @FunctionalInterface
  public interface Body {
    /** Writes all of it; closing is not its business. */
    void write(OutputStream out) throws IOException;
  }

  /** Sends a stream of any length, asks for JSON. */
  public JsonNode post(String path, String contentType, Body body) throws IOException {
    ContentType type = ContentType.create(contentType);
    return json(ask("POST", path, new EntityTemplate(-1, type, null, body::write), 0));
  }

  /** A path segment or query value as it is sent. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static HttpEntity entity(JsonNode body) {
    return new ByteArrayEntity(
        Json.line(body).getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
  }

  /** The body of a good answer; closing it ends the connection. */
  private InputStream ask(String method, String path, @Nullable HttpEntity entity, int answerMillis)
      throws IOException {
    DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(Http1Config.DEFAULT);
    try {
      Socket socket = new Socket(Proxy.NO_PROXY);
      connection.bind(socket); // so that closing the one closes the other
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(answerMillis);
      socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), CONNECT_MILLIS);
      ClassicHttpRequest request = request(method, path, entity);
      connection.sendRequestHeader(request);
      if (entity != null) {
        connection.sendRequestEntity(request);
      }
      connection.flush();
      ClassicHttpResponse response = connection.receiveResponseHeader();
      connection.receiveResponseEntity(response);
      InputStream body = body(response);
      if (response.getCode() >= 400) {
        throw refusal(response.getCode(), body);
      }
      return new FilterInputStream(body) {
        @Override
        public void close() {
          connection.close(CloseMode.IMMEDIATE);
        }
      };
    } catch (HttpException e) {
      connection.close(CloseMode.IMMEDIATE);
      throw new IOException("what answers does not speak HTTP: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      connection.close(CloseMode.IMMEDIATE); // also where what was sent is not all of it
      throw e;
    }
  }

  private ClassicHttpRequest request(String method, String path, @Nullable HttpEntity entity) {
    ClassicHttpRequest request = new BasicClassicHttpRequest(method, path);
    request.setHeader(HttpHeaders.HOST, base.getRawAuthority());
    request.setHeader(HttpHeaders.CONNECTION, "close");
    if (!token.isEmpty()) {
      request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }
    if (entity != null) {
      request.setHeader(HttpHeaders.CONTENT_TYPE, entity.getContentType());
      if (entity.getContentLength() >= 0) {
        request.setHeader(HttpHeaders.CONTENT_LENGTH, entity.getContentLength());
      } else {
        request.setHeader(HttpHeaders.TRANSFER_ENCODING, "chunked");
      }
      request.setEntity(entity);
    }
    return request;
  }

  private static InputStream body(ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  private static ApiException refusal(int status, InputStream body) {
    try {
      byte[] text = body.readAllBytes();
      return new ApiException(status, text.length == 0 ? Json.object() : Json.read(text));
    } catch (IOException notJson) {
      return new ApiException(status, Json.object()); // the status alone tells then
    }
  }

  private static JsonNode json(InputStream body) throws IOException {
    try (InputStream in = body) {
      byte[] text = in.readAllBytes();
      return text.length == 0 ? Json.object() : Json.read(text);
    }
  }
}
