package dev.naru.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.RouteTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpGatewayTest {
  private static final String STATS =
      """
      {"seq":7,"version":17,"pid":4711,"startedAt":1793527200000,"routes":[
        {"project":"finance","inference":"fraud","arrivals":10,"completed":8,"failed":1,
         "rejected":1,"held":2,"inFlight":3,"serviceMicrosTotal":1500,"serviceCount":8,"slow":4,
         "lastRequestAt":1793527201000,"replicas":[
           {"id":"fraud-infer-4/0.1","ready":true,"inFlight":3,"completed":8,"failures":1,
            "draining":false}]},
        {"project":"finance","inference":"credit","arrivals":0,"lastRequestAt":null,
         "replicas":[]}]}\
      """;

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private volatile int status = 200;
  private volatile String answer = "";
  private HttpServer server;
  private HttpGateway gateway;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    gateway = new HttpGateway(server.getAddress().getPort(), "secret");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      seen.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("Authorization")
              + " "
              + body);
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static RouteTable table(Optional<String> ready, Optional<Duration> slowAfter) {
    return new RouteTable(
        17,
        List.of(
            new RouteTable.Route(
                "finance",
                "fraud",
                true,
                ready,
                true,
                1000,
                Duration.ofSeconds(30),
                slowAfter,
                List.of(
                    new RouteTable.Revision(
                        4,
                        100,
                        List.of(
                            new RouteTable.Target(
                                "fraud-infer-4/0.1", "127.0.0.1:9000", true)))))));
  }

  @Test
  void putsTheWholeTableWithTheToken() {
    assertThat(gateway.push(table(Optional.of("/v2/health/ready"), Optional.empty()))).isTrue();
    assertThat(seen)
        .containsExactly(
            "PUT /routes Bearer secret "
                + "{\"version\":17,\"routes\":[{\"project\":\"finance\",\"inference\":\"fraud\","
                + "\"short\":true,\"ready\":{\"path\":\"/v2/health/ready\"},"
                + "\"queue\":{\"limit\":1000,\"timeoutMillis\":30000},\"replayable\":true,"
                + "\"revisions\":[{\"revision\":4,\"weight\":100,\"replicas\":"
                + "[{\"id\":\"fraud-infer-4/0.1\",\"address\":\"127.0.0.1:9000\","
                + "\"draining\":true}]}]}]}");
  }

  @Test
  void leavesOutWhatARouteDoesNotHave() {
    gateway.push(table(Optional.empty(), Optional.of(Duration.ofMillis(50))));
    assertThat(seen.getFirst()).doesNotContain("ready").contains("\"slowAfterMillis\":50");
  }

  @Test
  void readsTheCounters() {
    answer = STATS;
    GatewayStats stats = gateway.stats(6, Duration.ofMillis(250)).orElseThrow();
    assertThat(seen).containsExactly("GET /stats?wait=250&since=6 Bearer secret ");
    assertThat(stats.sequence()).isEqualTo(7);
    assertThat(stats.version()).isEqualTo(17);
    assertThat(stats.startedAt()).isEqualTo(Instant.ofEpochMilli(1793527200000L));
    GatewayStats.RouteStats fraud = stats.route("finance", "fraud").orElseThrow();
    assertThat(fraud.arrivals()).isEqualTo(10);
    assertThat(fraud.completed()).isEqualTo(8);
    assertThat(fraud.failed()).isEqualTo(1);
    assertThat(fraud.rejected()).isEqualTo(1);
    assertThat(fraud.held()).isEqualTo(2);
    assertThat(fraud.inFlight()).isEqualTo(3);
    assertThat(fraud.slow()).isEqualTo(4);
    assertThat(fraud.serviceTime()).isEqualTo(Duration.ofNanos(1_500_000));
    assertThat(fraud.lastRequestAt()).contains(Instant.ofEpochMilli(1793527201000L));
    assertThat(fraud.replica("fraud-infer-4/0.1"))
        .contains(new GatewayStats.ReplicaStats("fraud-infer-4/0.1", true, 3, 8, 1));
    assertThat(stats.route("finance", "credit").orElseThrow().lastRequestAt()).isEmpty();
  }

  @Test
  void isNotReachedWhereItRefuses() {
    status = 401;
    answer = "{\"error\":\"no\"}";
    assertThat(gateway.push(table(Optional.empty(), Optional.empty()))).isFalse();
    assertThat(gateway.stats(0, Duration.ZERO)).isEmpty();
  }

  @Test
  void isNotReachedWhereItAnswersSomethingElse() {
    for (String text : List.of("", "hello", "{}", "{\"seq\":\"x\",\"routes\":[]}")) {
      answer = text;
      assertThat(gateway.stats(0, Duration.ZERO)).as(text).isEmpty();
    }
  }

  @Test
  void isNotReachedWhereNobodyListens() {
    server.stop(0);
    assertThat(gateway.push(table(Optional.empty(), Optional.empty()))).isFalse();
    assertThat(gateway.stats(0, Duration.ZERO)).isEmpty();
  }

  @Test
  void isReachedAgainOnceItIsBack() {
    status = 503;
    assertThat(gateway.stats(0, Duration.ZERO)).isEmpty();
    status = 200;
    answer = STATS;
    assertThat(gateway.stats(0, Duration.ZERO)).isPresent();
  }
}
