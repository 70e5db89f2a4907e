package dev.naru.serving.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.serving.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A gateway on free ports, with what a control plane and a client do to it. */
final class RunningGateway implements AutoCloseable {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GatewayService service;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int version;
  private volatile boolean drained;

  RunningGateway(Path home) throws IOException {
    this(home, Optional.empty());
  }

  RunningGateway(Path home, Optional<GatewayService.Cluster> cluster) throws IOException {
    service =
        GatewayService.start(
            new GatewayService.Settings(ANY, ANY, home, "secret", Optional.of(ANY), cluster));
  }

  /** The replicas of the route finance/fraud as the table lists them. */
  static final class Table {
    private final List<String> revisions = new ArrayList<>();
    private int limit = 10;
    private int timeoutMillis = 8_000;
    private boolean replayable = true;
    private boolean probed = true;

    Table queue(int requests, int millis) {
      limit = requests;
      timeoutMillis = millis;
      return this;
    }

    Table notReplayable() {
      replayable = false;
      return this;
    }

    Table byTcp() {
      probed = false;
      return this;
    }

    Table revision(int weight, String... replicas) {
      revisions.add(
          "{\"revision\":%d,\"model\":{\"name\":\"fraud\",\"version\":1},\"weight\":%d,\"replicas\":[%s]}"
              .formatted(revisions.size() + 1, weight, String.join(",", replicas)));
      return this;
    }

    static String replica(String id, int port, boolean draining) {
      return "{\"id\":\"%s\",\"address\":\"127.0.0.1:%d\",\"draining\":%s}"
          .formatted(id, port, draining);
    }

    String json(int version) {
      return """
      {"version":%d,"routes":[{"project":"finance","inference":"fraud","short":true,%s
        "queue":{"limit":%d,"timeoutMillis":%d},"replayable":%s,"revisions":[%s]}]}
      """
          .formatted(
              version,
              probed ? "\"ready\":{\"path\":\"/v2/health/ready\"}," : "",
              limit,
              timeoutMillis,
              replayable,
              String.join(",", revisions));
    }
  }

  int port() {
    return service.address().getPort();
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Pushes one revision of replicas and waits until the gateway finds them all ready. */
  void route(FakeReplica... replicas) throws Exception {
    String[] listed = new String[replicas.length];
    for (int i = 0; i < replicas.length; i++) {
      listed[i] = Table.replica("r" + i, replicas[i].port(), false);
    }
    push(new Table().revision(100, listed));
    awaitReady(replicas.length);
  }

  void push(Table table) throws Exception {
    HttpResponse<String> response = admin("PUT", "/routes", table.json(++version));
    if (response.statusCode() != 200) {
      throw new AssertionError(response.body());
    }
  }

  void awaitReady(int replicas) throws Exception {
    Eventually.that(
        replicas + " replicas ready",
        () -> {
          int ready = 0;
          for (JsonNode replica : route().get("replicas")) {
            ready += replica.get("ready").asBoolean() ? 1 : 0;
          }
          return ready == replicas;
        });
  }

  JsonNode stats(String query) throws Exception {
    return JSON.readTree(admin("GET", "/stats" + query, "").body());
  }

  /** The counters of the only route. */
  JsonNode route() throws Exception {
    return stats("").at("/routes/0");
  }

  HttpResponse<String> admin(String method, String path, String body) throws Exception {
    return adminWith("Bearer secret", method, path, body);
  }

  /** What anybody may ask on the port for Prometheus. */
  HttpResponse<String> watch(String method, String path, String body) throws Exception {
    int port = service.metricsAddress().orElseThrow().getPort();
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> adminWith(String authorization, String method, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + service.adminAddress().getPort() + path))
            .header("Authorization", authorization)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(15));
  }

  HttpClient client() {
    return client;
  }

  void drain() {
    drained = true;
    service.drain(Duration.ofSeconds(8));
  }

  @Override
  public void close() {
    client.shutdownNow();
    if (!drained) {
      service.drain(Duration.ofMillis(200));
    }
  }
}
