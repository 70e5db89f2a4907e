package dev.naru.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * HTTP with JSON on the loopback interface. {@code HttpURLConnection}, because it is loaded in a
 * fifth of the time of {@code java.net.http}, which is most of a short command.
 */
public final class Api {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 60_000;

  static {
    // A POST is never sent twice behind our back.
    System.setProperty("sun.net.http.retryPost", "false");
    // Live streams hold their own connections.
    System.setProperty("http.maxConnections", "2");
  }

  private final String base;
  private final String token;

  /**
   * @param base such as {@code http://127.0.0.1:8800}
   * @param token empty where none is needed
   */
  public Api(String base, String token) {
    this.base = base;
    this.token = token;
  }

  /** Asks for JSON. */
  public JsonNode get(String path) throws IOException {
    return json(open("GET", path, ANSWER_MILLIS));
  }

  /** Sends JSON, asks for JSON. */
  public JsonNode post(String path, JsonNode body) throws IOException {
    return json(send(path, body, ANSWER_MILLIS));
  }

  /** Sends JSON to something that may hold the request for long. */
  public JsonNode post(String path, JsonNode body, int answerMillis) throws IOException {
    return json(send(path, body, answerMillis));
  }

  /** Opens a stream that lasts as long as the other side likes; close it. */
  public InputStream stream(String path) throws IOException {
    return checked(open("GET", path, 0));
  }

  /** Sends JSON, answered by a stream; close it. */
  public InputStream postStream(String path, JsonNode body) throws IOException {
    return checked(send(path, body, 0));
  }

  /** Writes the body of a request. */
  @FunctionalInterface
  public interface Body {
    /** Writes all of it; closing is not its business. */
    void write(OutputStream out) throws IOException;
  }

  /** Sends a stream of any length, asks for JSON. */
  public JsonNode post(String path, String contentType, Body body) throws IOException {
    HttpURLConnection connection = open("POST", path, 0);
    connection.setRequestProperty("Content-Type", contentType);
    connection.setDoOutput(true);
    connection.setChunkedStreamingMode(64 << 10);
    OutputStream out = connection.getOutputStream();
    try {
      body.write(out);
    } catch (IOException | RuntimeException e) {
      connection.disconnect(); // what was sent is not all of it
      throw e;
    }
    out.close();
    return json(connection);
  }

  /** A path segment or query value as it is sent. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpURLConnection open(String method, String path, int answerMillis) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(base + path).toURL().openConnection(java.net.Proxy.NO_PROXY);
    connection.setRequestMethod(method);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(answerMillis);
    connection.setUseCaches(false);
    connection.setInstanceFollowRedirects(false);
    if (!token.isEmpty()) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }

  private HttpURLConnection send(String path, JsonNode body, int answerMillis) throws IOException {
    HttpURLConnection connection = open("POST", path, answerMillis);
    byte[] text = Json.line(body).getBytes(StandardCharsets.UTF_8);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(text.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(text);
    }
    return connection;
  }

  private static InputStream checked(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status < 400) {
      return connection.getInputStream();
    }
    JsonNode body = Json.object();
    try (InputStream error = connection.getErrorStream()) {
      byte[] text = error == null ? new byte[0] : error.readAllBytes();
      if (text.length > 0) {
        body = Json.read(text);
      }
    } catch (IOException notJson) {
      body = Json.object(); // the status alone tells then
    }
    throw new ApiException(status, body);
  }

  private static JsonNode json(HttpURLConnection connection) throws IOException {
    try (InputStream in = checked(connection)) {
      byte[] text = in.readAllBytes();
      return text.length == 0 ? Json.object() : Json.read(text);
    }
  }
}
