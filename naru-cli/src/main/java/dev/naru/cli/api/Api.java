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
import java.net.SocketException;
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
 * clients, for how long they take to begin is most of a short command (ADR 0025).
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

  /** Asks for JSON; the other side may be silent for a minute. */
  public JsonNode get(String path) throws IOException {
    return get(path, ANSWER_MILLIS);
  }

  /**
   * Asks for JSON.
   *
   * @param answerMillis the longest silence of the other side; 0 waits for ever
   * @throws SocketTimeoutException where it is silent for longer, or takes no connection within 2 s
   */
  public JsonNode get(String path, int answerMillis) throws IOException {
    return json(ask("GET", path, null, answerMillis));
  }

  /** Sends JSON, asks for JSON. */
  public JsonNode post(String path, JsonNode body) throws IOException {
    return post(path, body, ANSWER_MILLIS);
  }

  /**
   * Sends JSON to something that may hold the request for long.
   *
   * @param answerMillis the longest silence of the other side; 0 waits for ever
   */
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
    DefaultBHttpClientConnection connection = connection();
    ContentType type = ContentType.create(contentType);
    HttpEntity entity =
        new EntityTemplate(
            -1,
            type,
            null,
            out -> {
              try {
                body.write(out);
              } catch (SocketException e) {
                throw e; // the other side may have said why
              } catch (IOException | RuntimeException e) {
                // Else what was sent would end as if it were all.
                connection.close(CloseMode.IMMEDIATE);
                throw e;
              }
            });
    return json(ask(connection, "POST", path, entity, 0));
  }

  /** A path segment or query value as it is sent. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static DefaultBHttpClientConnection connection() {
    return new DefaultBHttpClientConnection(Http1Config.DEFAULT);
  }

  private static HttpEntity entity(JsonNode body) {
    return new ByteArrayEntity(
        Json.line(body).getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
  }

  private InputStream ask(String method, String path, @Nullable HttpEntity entity, int answerMillis)
      throws IOException {
    return ask(connection(), method, path, entity, answerMillis);
  }

  /** The body of a good answer; closing it ends the connection. */
  private InputStream ask(
      DefaultBHttpClientConnection connection,
      String method,
      String path,
      @Nullable HttpEntity entity,
      int answerMillis)
      throws IOException {
    try {
      Socket socket = new Socket(Proxy.NO_PROXY);
      connection.bind(socket); // so that closing the one closes the other
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(answerMillis);
      socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), CONNECT_MILLIS);
      ClassicHttpResponse response = exchange(connection, request(method, path, entity));
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
      connection.close(CloseMode.IMMEDIATE);
      throw e;
    }
  }

  private static ClassicHttpResponse exchange(
      DefaultBHttpClientConnection connection, ClassicHttpRequest request)
      throws IOException, HttpException {
    try {
      connection.sendRequestHeader(request);
      if (request.getEntity() != null) {
        connection.sendRequestEntity(request);
      }
      connection.flush();
    } catch (SocketException e) {
      return early(connection, e);
    }
    return answer(connection);
  }

  /** Who refuses what is sent may say so before it has all of it, and close. */
  private static ClassicHttpResponse early(
      DefaultBHttpClientConnection connection, SocketException cut) throws SocketException {
    try {
      ClassicHttpResponse said = answer(connection);
      if (said.getCode() >= 400) {
        return said;
      }
    } catch (IOException | HttpException nothingSaid) {
      cut.addSuppressed(nothingSaid);
    }
    throw cut;
  }

  private static ClassicHttpResponse answer(DefaultBHttpClientConnection connection)
      throws IOException, HttpException {
    ClassicHttpResponse response = connection.receiveResponseHeader();
    connection.receiveResponseEntity(response);
    return response;
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
