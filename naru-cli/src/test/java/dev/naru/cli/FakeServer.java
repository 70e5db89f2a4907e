package dev.naru.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** A control plane and gateway that play recorded answers. */
final class FakeServer implements AutoCloseable {
  private static final String TOKEN = "0123456789abcdef";

  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Path home;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  FakeServer(Path home) {
    this.home = home;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::answer);
      server.start();
      Files.writeString(home.resolve("token"), TOKEN + "\n");
      Files.writeString(home.resolve("server.pid"), ProcessHandle.current().pid() + "\n");
      Files.writeString(home.resolve("naru.db"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    on(
        "GET /healthz",
        "{\"status\":\"ok\",\"version\":\"0.1.0\",\"build\":\"b1\",\"pid\":"
            + ProcessHandle.current().pid()
            + "}");
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Method and path with query, such as {@code GET /api/v1/resources?kind=training}. */
  FakeServer on(String request, String body) {
    return on(request, 200, body);
  }

  FakeServer on(String request, int status, String body) {
    answers.put(request, new Answer(status, body));
    return this;
  }

  FakeServer onFile(String request, String resource) {
    return on(request, Golden.resource(resource));
  }

  /** What was asked, with bodies, without health checks. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** The environment of a command that talks to this. */
  Map<String, String> env() {
    Map<String, String> env = new HashMap<>();
    env.put("NARU_HOME", home.toString());
    env.put("NARU_API_PORT", Integer.toString(port()));
    env.put("NARU_GATEWAY_PORT", Integer.toString(port()));
    return env;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (!request.equals("GET /healthz")) {
      requests.add(request + (sent.isEmpty() ? "" : " " + sent));
    }
    Answer answer =
        answers.getOrDefault(
            request,
            new Answer(
                404, "{\"code\":\"NOT_FOUND\",\"message\":\"cannot answer " + request + "\"}"));
    boolean api = request.contains("/api/");
    if (api
        && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer = new Answer(401, "");
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
