package dev.naru.server.loop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.engine.kubernetes.KubernetesEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The home's gateway port while its projects are on a cluster: requests go on to a gateway there,
 * through the API server. For people who try something out; programs use the gateway's Service.
 */
final class GatewayRelay implements AutoCloseable {
  private static final String SHORT = "/v2/models/";
  private static final int ANSWER_MILLIS = 120_000;

  private final HttpServer server;
  private final KubernetesEngine engine;
  private final Function<String, Optional<String>> owners;

  /**
   * @param port on 127.0.0.1
   * @param owners tells whose the short form of an Inference's name is
   */
  GatewayRelay(int port, KubernetesEngine engine, Function<String, Optional<String>> owners) {
    this.engine = engine;
    this.owners = owners;
    // An answer is written in parts, and the second would wait for the first one's receipt.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 64);
    } catch (IOException e) {
      throw new NaruException(
          Code.FAILED,
          "cannot listen on 127.0.0.1:%d: %s; set NARU_GATEWAY_PORT to a free port"
              .formatted(port, e.getMessage()),
          e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      relay(exchange, project(exchange.getRequestURI().getPath()));
    } catch (NaruException e) {
      answer(exchange, e.code() == Code.NOT_FOUND ? 404 : 503, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      answer(exchange, 502, "no gateway of the cluster answers: " + e.getMessage());
    } finally {
      exchange.close();
    }
  }

  private String project(String path) {
    if (path.startsWith(SHORT)) {
      String model = path.substring(SHORT.length()).split("/", 2)[0];
      return owners
          .apply(model)
          .orElseThrow(() -> new NaruException(Code.NOT_FOUND, "there is no model " + model));
    }
    return path.substring(1).split("/", 2)[0];
  }

  private void relay(HttpExchange exchange, String project) throws IOException {
    int port = engine.gateways().dataPort(project);
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port + exchange.getRequestURI())
                .toURL()
                .openConnection();
    connection.setRequestMethod(exchange.getRequestMethod());
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(ANSWER_MILLIS);
    List<String> type = exchange.getRequestHeaders().getOrDefault("Content-Type", List.of());
    type.forEach(t -> connection.setRequestProperty("Content-Type", t));
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (body.length > 0) {
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      byte[] answer = in == null ? new byte[0] : in.readAllBytes();
      String answered = connection.getContentType();
      if (answered != null) {
        exchange.getResponseHeaders().set("Content-Type", answered);
      }
      exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
      if (answer.length > 0) {
        exchange.getResponseBody().write(answer);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String error) throws IOException {
    byte[] bytes =
        dev.naru.server.json.Json.text(dev.naru.server.json.Json.object().put("error", error))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
