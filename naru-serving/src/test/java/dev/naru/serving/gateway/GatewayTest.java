package dev.naru.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.serving.Eventually;
import dev.naru.serving.gateway.RunningGateway.Table;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
  private static final String INFER = "/v2/models/fraud/infer";

  @TempDir Path home;
  private RunningGateway gateway;
  private final List<FakeReplica> replicas = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    gateway = new RunningGateway(home);
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    for (FakeReplica replica : replicas) {
      replica.close();
    }
  }

  private FakeReplica replica(FakeReplica replica) {
    replicas.add(replica);
    return replica;
  }

  private CompletableFuture<HttpResponse<String>> postLater(String path) {
    return gateway
        .client()
        .sendAsync(
            gateway.request(path).POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void passesBothFormsOfAnAddressOnUnchanged() throws Exception {
    FakeReplica a = replica(FakeReplica.named("a"));
    gateway.route(a);
    assertThat(gateway.post(INFER + "?x=%20y", "{\"a\":1}").body()).isEqualTo("a");
    assertThat(gateway.get("/finance/fraud/v1/chat?stream=1").body()).isEqualTo("a");
    assertThat(gateway.get("/finance/fraud?q").body()).isEqualTo("a");
    assertThat(a.requests()).hasSize(3);
    assertThat(a.requests().get(0))
        .startsWith("POST /v2/models/fraud/infer?x=%20y HTTP/1.1\r\n")
        .contains("x-forwarded-for: 127.0.0.1\r\n")
        .containsIgnoringCase("\r\nHost: 127.0.0.1:" + gateway.port() + "\r\n")
        .endsWith("\r\n\r\n{\"a\":1}");
    assertThat(a.requests().get(1)).startsWith("GET /v1/chat?stream=1 HTTP/1.1\r\n");
    assertThat(a.requests().get(2)).startsWith("GET /?q HTTP/1.1\r\n");
  }

  @Test
  void answersUnknownAddressesWith404InWords() throws Exception {
    gateway.route(replica(FakeReplica.named("a")));
    for (String path : List.of("/", "/finance", "/finance/credit/v2", "/v2/models/credit", "/v2")) {
      HttpResponse<String> response = gateway.get(path);
      assertThat(response.statusCode()).as(path).isEqualTo(404);
      assertThat(response.body()).contains("no route for " + path);
    }
    assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void losesNoRequestWhenOneOfTwoReplicasDiesUnderLoad() throws Exception {
    FakeReplica a = replica(FakeReplica.named("a"));
    FakeReplica b = replica(FakeReplica.named("b"));
    gateway.route(a, b);
    List<Thread> clients = new ArrayList<>();
    List<String> answers = java.util.Collections.synchronizedList(new ArrayList<>());
    CountDownLatch half = new CountDownLatch(200);
    for (int i = 0; i < 8; i++) {
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int j = 0; j < 100; j++) {
                  try {
                    HttpResponse<String> response = gateway.post(INFER, "{}");
                    answers.add(response.statusCode() == 200 ? response.body() : "bad");
                  } catch (Exception e) {
                    answers.add("failed " + e);
                  }
                  half.countDown();
                }
              }));
    }
    half.await();
    a.close();
    for (Thread client : clients) {
      client.join();
    }
    assertThat(answers).hasSize(800).containsOnly("a", "b");
    assertThat(gateway.route().get("failed").asInt()).isZero();
    assertThat(gateway.route().at("/replicas/0/ready").asBoolean()).isFalse();
  }

  @Test
  void sendsInferAgainWhenAReplicaHangsUpBeforeItsAnswer() throws Exception {
    FakeReplica rude = replica(new FakeReplica((request, socket) -> false));
    gateway.route(rude);
    CompletableFuture<HttpResponse<String>> answer = postLater(INFER);
    // The second time it fails too; nothing is sent a third time.
    assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(502);
    assertThat(rude.requests()).hasSize(2);
  }

  @Test
  void neverSendsAnotherPostTwiceOnceItsConnectionOpened() throws Exception {
    FakeReplica rude = replica(new FakeReplica((request, socket) -> false));
    gateway.route(rude);
    assertThat(gateway.post("/finance/fraud/v1/payments", "{}").statusCode()).isEqualTo(502);
    assertThat(rude.requests()).hasSize(1);
    gateway.push(new Table().notReplayable().revision(1, Table.replica("r", rude.port(), false)));
    gateway.awaitReady(1);
    assertThat(gateway.post(INFER, "{}").statusCode()).isEqualTo(502);
    assertThat(rude.requests()).hasSize(2);
    assertThat(gateway.route().get("failed").asInt()).isEqualTo(2);
  }

  @Test
  void sendsAnyRequestOnWhenAConnectionNeverOpened() throws Exception {
    FakeReplica a = replica(FakeReplica.named("a"));
    FakeReplica b = replica(FakeReplica.named("b"));
    gateway.route(a, b);
    b.close();
    for (int i = 0; i < 6; i++) {
      assertThat(gateway.post("/finance/fraud/v1/payments", "{}").body()).isEqualTo("a");
    }
  }

  @Test
  void holdsARequestUntilAReplicaIsReadyAndSaysSo() throws Exception {
    gateway.push(new Table());
    long before = gateway.stats("").get("seq").asLong();
    CompletableFuture<HttpResponse<String>> held = postLater(INFER);
    JsonNode noticed = gateway.stats("?wait=9000&since=" + before);
    assertThat(noticed.get("seq").asLong()).isGreaterThan(before);
    assertThat(noticed.at("/routes/0/held").asInt()).isEqualTo(1);
    assertThat(noticed.at("/routes/0/arrivals").asInt()).isEqualTo(1);
    FakeReplica a = replica(FakeReplica.named("a"));
    a.ready(false);
    gateway.push(new Table().revision(1, Table.replica("a", a.port(), false)));
    Eventually.that("it is probed while not ready", () -> a.probes() > 3);
    assertThat(held).isNotDone();
    a.ready(true);
    assertThat(held.get(5, TimeUnit.SECONDS).body()).isEqualTo("a");
    assertThat(gateway.route().get("held").asInt()).isZero();
  }

  @Test
  void refusesOneTooManyAndOneHeldTooLong() throws Exception {
    gateway.push(new Table().queue(1, 400));
    CompletableFuture<HttpResponse<String>> held = postLater(INFER);
    Eventually.that("the first one is held", () -> gateway.route().get("held").asInt() == 1);
    HttpResponse<String> second = gateway.post(INFER, "{}");
    assertThat(second.statusCode()).isEqualTo(503);
    assertThat(second.headers().firstValue("retry-after")).hasValue("1");
    assertThat(second.body())
        .contains("no replica of finance/fraud is ready and 1 requests are held");
    assertThat(held.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    assertThat(held.get().body()).contains("became ready within 400 ms");
    assertThat(gateway.route().get("rejected").asInt()).isEqualTo(2);
  }

  @Test
  void letsADrainingReplicaFinishButGivesItNothingNew() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    FakeReplica old =
        replica(
            new FakeReplica((request, socket) -> {
              finish.await();
              return FakeReplica.write(socket, FakeReplica.ok("old"));
            }));
    gateway.route(old);
    CompletableFuture<HttpResponse<String>> underWay = postLater(INFER);
    Eventually.that("it is with the old one", () -> old.requests().size() == 1);
    FakeReplica fresh = replica(FakeReplica.named("fresh"));
    gateway.push(
        new Table()
            .revision(1, Table.replica("r0", old.port(), true))
            .revision(1, Table.replica("new", fresh.port(), false)));
    Eventually.that(
        "the new one is ready", () -> gateway.route().at("/replicas/1/ready").asBoolean());
    for (int i = 0; i < 10; i++) {
      assertThat(gateway.post(INFER, "{}").body()).isEqualTo("fresh");
    }
    // Gone from the table, and still it may end what it began.
    gateway.push(new Table().revision(1, Table.replica("new", fresh.port(), false)));
    assertThat(underWay).isNotDone();
    finish.countDown();
    assertThat(underWay.get(5, TimeUnit.SECONDS).body()).isEqualTo("old");
    assertThat(old.requests()).hasSize(1);
    Eventually.that("its connections are closed", () -> old.connections() == 0);
  }

  @Test
  void servesTheLastTableAfterARestart() throws Exception {
    FakeReplica a = replica(FakeReplica.named("a"));
    gateway.route(a);
    gateway.close();
    gateway = new RunningGateway(home);
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
    assertThat(gateway.stats("").get("version").asInt()).isEqualTo(1);
    gateway.close();
    Files.writeString(home.resolve("gateway-routes.json"), "{damaged");
    gateway = new RunningGateway(home);
    assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(gateway.stats("").get("routes")).isEmpty();
  }

  @Test
  void wantsTheTokenForEveryAdminAddress() throws Exception {
    for (String path : List.of("/stats", "/metrics", "/routes", "/x")) {
      assertThat(gateway.adminWith("Bearer secre", "GET", path, "").statusCode()).isEqualTo(401);
      assertThat(gateway.adminWith("Bearer secret2", "GET", path, "").statusCode()).isEqualTo(401);
      assertThat(gateway.adminWith("secret", "PUT", path, "{}").statusCode()).isEqualTo(401);
    }
    assertThat(gateway.admin("GET", "/x", "").statusCode()).isEqualTo(404);
  }

  @Test
  void tellsPrometheusWithoutATokenAndDoesNothingElseThere() throws Exception {
    gateway.route(replica(FakeReplica.named("a")));

    HttpResponse<String> told = gateway.watch("GET", "/metrics", "");

    assertThat(told.statusCode()).isEqualTo(200);
    assertThat(told.headers().firstValue("Content-Type").orElse("")).contains("version=0.0.4");
    assertThat(told.body())
        .contains("naru_gateway_held{project=\"finance\",inference=\"fraud\"} 0");
    for (String path : List.of("/stats", "/routes", "/", "/v2/models/fraud")) {
      assertThat(gateway.watch("GET", path, "").statusCode()).isEqualTo(404);
    }
    assertThat(gateway.watch("PUT", "/routes", "").statusCode()).isEqualTo(404);
    assertThat(gateway.watch("PUT", "/routes", "{}").statusCode()).isEqualTo(413);
  }

  @Test
  void keepsTheOldTableWhenANewOneIsWrongAndNamesAllProblems() throws Exception {
    gateway.route(replica(FakeReplica.named("a")));
    HttpResponse<String> response =
        gateway.admin(
            "PUT",
            "/routes",
            """
            {"version":-1,"routes":[{"project":"Finance","inference":"fraud","shrt":true,
              "queue":{"limit":1,"timeoutMillis":0},"revisions":[
                {"revision":1,"weight":1,"replicas":[{"id":"","address":"example:80"}]}]}]}
            """);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("version: expected a whole number from 0")
        .contains("routes[0].project: 'Finance' is not a name")
        .contains("routes[0].queue.timeoutMillis: expected a whole number from 1")
        .contains("routes[0].revisions[0].replicas[0].id: '' is empty")
        .contains("routes[0].revisions[0].replicas[0].address: expected an IP address")
        .contains("routes[0].shrt: unknown key");
    assertThat(gateway.admin("PUT", "/routes", "{\"version\":").statusCode()).isEqualTo(400);
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
  }

  @Test
  void stopsAReplicaThatIsNoLongerReadyAndWakesTheControlPlane() throws Exception {
    FakeReplica a = replica(FakeReplica.named("a"));
    gateway.route(a);
    long seq = gateway.stats("").get("seq").asLong();
    CompletableFuture<JsonNode> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return gateway.stats("?wait=9000&since=" + seq);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    a.ready(false);
    JsonNode noticed = waiting.get(9, TimeUnit.SECONDS);
    assertThat(noticed.at("/routes/0/replicas/0/ready").asBoolean()).isFalse();
    long start = System.nanoTime();
    assertThat(gateway.stats("?wait=100&since=" + noticed.get("seq")).get("seq"))
        .isEqualTo(noticed.get("seq"));
    assertThat(System.nanoTime() - start).isGreaterThan(90_000_000L);
  }

  @Test
  void takesATcpConnectionAsReadyWhereNoPathIsGiven() throws Exception {
    FakeReplica a = replica(FakeReplica.named("a"));
    gateway.push(new Table().byTcp().revision(1, Table.replica("a", a.port(), false)));
    gateway.awaitReady(1);
    assertThat(a.probes()).isZero();
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
  }

  @Test
  void choosesByWeightAndGivesARevisionWithoutWeightNothing() throws Exception {
    FakeReplica[] all = {
      replica(FakeReplica.named("a")),
      replica(FakeReplica.named("b")),
      replica(FakeReplica.named("c"))
    };
    gateway.push(
        new Table()
            .revision(90, Table.replica("a", all[0].port(), false))
            .revision(10, Table.replica("b", all[1].port(), false))
            .revision(0, Table.replica("c", all[2].port(), false)));
    gateway.awaitReady(3);
    for (int i = 0; i < 400; i++) {
      gateway.post(INFER, "{}");
    }
    assertThat(all[1].requests().size()).isBetween(10, 90);
    assertThat(all[2].requests()).isEmpty();
    assertThat(all[0].requests().size() + all[1].requests().size()).isEqualTo(400);
  }

  @Test
  void writesMetricsThatPrometheusReads() throws Exception {
    gateway.push(
        new Table()
            .revision(
                1, Table.replica("q\\\"uote", replica(FakeReplica.named("a")).port(), false)));
    gateway.awaitReady(1);
    gateway.post(INFER, "{}");
    String metrics = gateway.admin("GET", "/metrics", "").body();
    assertThat(metrics)
        .contains("# TYPE naru_gateway_requests_total counter\n")
        .contains("naru_gateway_requests_total{project=\"finance\",inference=\"fraud\"} 1\n")
        .contains(
            "naru_gateway_responses_total{project=\"finance\",inference=\"fraud\",code=\"2xx\"}"
                + " 1\n")
        .contains("# TYPE naru_gateway_request_seconds histogram\n")
        .contains(
            "naru_gateway_request_seconds_bucket{project=\"finance\",inference=\"fraud\",le=\"+Inf\"}"
                + " 1\n")
        .contains("replica=\"q\\\"uote\"} 1\n");
    assertThat(metrics.lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> line.matches("[a-z_]+(\\{.*\\})? [0-9.E-]+"));
    assertThat(MetricsText.escaped("a\\b\"c\nd")).isEqualTo("a\\\\b\\\"c\\nd");
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    var taken =
        new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), gateway.port());
    var free = new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0);
    assertThatThrownBy(() ->
            GatewayService.start(
                new GatewayService.Settings(
                    taken, free, home, "secret", Optional.empty(), Optional.empty())))
        .isInstanceOf(GatewayService.BusyPortException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + gateway.port());
  }

  @Test
  void answersTheRequestThatCrossesItsEnd() throws Exception {
    gateway.route(replica(FakeReplica.named("a")));
    byte[] request =
        "GET /finance/fraud/x HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Socket client = gateway.connect()) {
      client.getOutputStream().write(request);
      byte[] buffer = new byte[4096];
      assertThat(client.getInputStream().read(buffer)).isPositive();
      CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
      Eventually.that("no new connections", () -> refused());
      client.getOutputStream().write(request);
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("connection: close");
      drained.get();
    }
  }

  private boolean refused() {
    try (Socket _ = gateway.connect()) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void cancelsTheRequestOfAClientThatGoesAway() throws Exception {
    FakeReplica slow =
        replica(new FakeReplica((request, socket) -> socket.getInputStream().read() >= 0));
    gateway.route(slow);
    try (Socket client = gateway.connect()) {
      client
          .getOutputStream()
          .write(
              "GET /finance/fraud/x HTTP/1.1\r\nHost: x\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Eventually.that("it is with the replica", () -> slow.requests().size() == 1);
    }
    Eventually.that("it is cancelled", () -> gateway.route().get("cancelled").asInt() == 1);
    Eventually.that("the replica is told", () -> slow.connections() == 0);
    assertThat(gateway.route().get("inFlight").asInt()).isZero();
    assertThat(gateway.route().at("/replicas/0/ready").asBoolean()).isTrue();
  }
}
