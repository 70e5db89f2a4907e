package dev.naru.engine.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** An API server that says what a test lets it say, to a client as it is outside of tests. */
final class FakeApi implements AutoCloseable {
  private final HttpServer server;
  private final Function<Request, Answer> answers;
  private final Cluster cluster;

  /**
   * What is asked of it.
   *
   * @param what method and path, with a space between
   * @param query what follows the path; empty for nothing
   */
  record Request(String what, String query, String body) {}

  /** What it answers: a status and JSON. */
  record Answer(int code, String body) {
    static Answer of(String body) {
      return new Answer(200, body);
    }

    /** A refusal, with words. */
    static Answer no(int code, String reason) {
      return new Answer(
          code,
          """
          {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, "reason": "%s",
           "message": "said %s"}\
          """
              .formatted(code, reason, reason));
    }
  }

  /**
   * Answers from now on.
   *
   * @param folder for the client's configuration
   */
  FakeApi(Path folder, Function<Request, Answer> answers) throws IOException {
    this.answers = answers;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/", this::handle);
    server.start();
    Path config =
        Files.writeString(
            folder.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: u, user: {token: x}}]
            contexts: [{name: a, context: {cluster: c, user: u}}]
            current-context: a
            """
                .formatted(server.getAddress().getPort()));
    cluster = new Cluster(Optional.of(config), Optional.empty());
  }

  Cluster cluster() {
    return cluster;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
    Answer answer = answers.apply(new Request(what, query, body));
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
