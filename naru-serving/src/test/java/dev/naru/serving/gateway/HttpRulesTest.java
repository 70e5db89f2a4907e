package dev.naru.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.serving.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, byte by byte. */
@SuppressWarnings(
    "StringConcatToTextBlock") // HTTP lines end with CR LF, those of a text block do not.
class HttpRulesTest {
  @TempDir Path home;
  private RunningGateway gateway;
  private FakeReplica replica;
  private volatile String answer = FakeReplica.ok("fine");

  @BeforeEach
  void start() throws Exception {
    gateway = new RunningGateway(home);
    replica = new FakeReplica((request, socket) -> FakeReplica.write(socket, answer));
    gateway.route(replica);
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    replica.close();
  }

  /** Sends bytes and returns all that comes until the gateway closes. */
  private String exchange(String bytes) throws IOException {
    try (Socket socket = gateway.connect()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Content-Length: +5\r\n",
        "Content-Length : 5\r\n",
        "Host: second\r\n",
      })
  void refusesAmbiguousFramingAndCloses(String headers) throws Exception {
    String got =
        exchange("POST /finance/fraud/x HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n0\r\n\r\n");
    assertThat(got)
        .startsWith("HTTP/1.1 400 ")
        .contains("connection: close")
        .contains("{\"error\":");
    assertThat(got).containsOnlyOnce("content-length");
    assertThat(replica.requests()).isEmpty();
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      requests
          .append("GET ")
          .append(i % 3 == 0 ? "/nope" : "/finance/fraud/x")
          .append(" HTTP/1.1\r\nHost: x\r\n");
      requests.append(i == 49 ? "Connection: close\r\n\r\n" : "\r\n");
    }
    String[] answers = exchange(requests.toString()).split("HTTP/1.1 ", -1);
    assertThat(answers).hasSize(51);
    for (int i = 0; i < 50; i++) {
      assertThat(answers[i + 1]).startsWith(i % 3 == 0 ? "404" : "200");
    }
  }

  @Test
  void removesHopByHopFieldsBothWays() throws Exception {
    answer =
        "HTTP/1.1 200 OK\r\n"
            + "Content-Length: 1\r\n"
            + "Connection: X-Secret, keep-alive\r\n"
            + "X-Secret: s\r\n"
            + "Keep-Alive: timeout=5\r\n"
            + "X-Kept: k\r\n\r\n"
            + "1";
    String got =
        exchange(
            "GET /finance/fraud/x HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Connection: close, X-Mine\r\n"
                + "X-Mine: m\r\n"
                + "TE: trailers\r\n"
                + "Keep-Alive: 1\r\n"
                + "Proxy-Authorization: p\r\n"
                + "X-Forwarded-For: 10.0.0.1\r\n"
                + "X-Request-Id: abc-1\r\n"
                + "X-Kept: y\r\n\r\n");
    assertThat(got).doesNotContainIgnoringCase("X-Secret").doesNotContainIgnoringCase("Keep-Alive");
    assertThat(got)
        .contains("X-Kept: k")
        .contains("x-request-id: abc-1")
        .contains("connection: close");
    String sent = replica.requests().getFirst();
    assertThat(sent)
        .doesNotContainIgnoringCase("X-Mine")
        .doesNotContainIgnoringCase("\r\nTE:")
        .doesNotContainIgnoringCase("Keep-Alive")
        .doesNotContainIgnoringCase("Proxy-Authorization")
        .doesNotContainIgnoringCase("\r\nConnection:")
        .containsIgnoringCase("x-forwarded-for: 10.0.0.1, 127.0.0.1\r\n")
        .contains("X-Kept: y")
        .containsOnlyOnce("abc-1");
  }

  @Test
  void refusesWebSocketsButLeavesOutAnOfferOfHttp2() throws Exception {
    String got =
        exchange(
            "GET /finance/fraud/x HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Connection: Upgrade\r\n"
                + "Upgrade: websocket\r\n\r\n");
    assertThat(got).startsWith("HTTP/1.1 501 ").contains("upgrading to websocket is not supported");
    assertThat(exchange("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 501 ");
    try (HttpClient offering = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          offering.send(
              gateway.request("/finance/fraud/x").build(), HttpResponse.BodyHandlers.ofString());
      assertThat(response.body()).isEqualTo("fine");
    }
    assertThat(replica.requests().getFirst()).doesNotContainIgnoringCase("upgrade");
  }

  @Test
  void refusesALargeBodyAnnouncedOrNot() throws Exception {
    String head = "POST /finance/fraud/x HTTP/1.1\r\nHost: x\r\n";
    assertThat(exchange(head + "Content-Length: 4194305\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    String chunk = "100000\r\n" + "x".repeat(0x100000) + "\r\n";
    assertThat(
            exchange(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(5) + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(replica.requests()).isEmpty();
  }

  @Test
  void refusesLongRequestLinesAndLargeHeaders() throws Exception {
    assertThat(exchange("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(17_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void sendsAChunkedBodyOnWithItsLength() throws Exception {
    String got =
        exchange(
            "POST /finance/fraud/x HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Connection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "3\r\n"
                + "abc\r\n"
                + "2\r\n"
                + "de\r\n"
                + "0\r\n\r\n");
    assertThat(got).startsWith("HTTP/1.1 200 ").endsWith("fine");
    assertThat(replica.requests().getFirst())
        .containsIgnoringCase("content-length: 5\r\n")
        .endsWith("abcde");
  }

  @Test
  void marksTheEndOfAnAnswerWithoutLength() throws Exception {
    answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n";
    assertThat(gateway.get("/finance/fraud/x").body()).isEqualTo("abcde");
    String old = exchange("GET /finance/fraud/x HTTP/1.0\r\n\r\n");
    assertThat(old)
        .contains("connection: close")
        .doesNotContain("chunked")
        .endsWith("\r\n\r\nabcde");
  }

  @Test
  void answersHeadWithoutABodyAndKeepsTheConnection() throws Exception {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    String got =
        exchange(
            "HEAD /finance/fraud/x HTTP/1.1\r\n"
                + "Host: x\r\n\r\n"
                + "HEAD /nope HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Connection: close\r\n\r\n");
    assertThat(got)
        .contains("Content-Length: 100\r\n")
        .contains("HTTP/1.1 404 ")
        .endsWith("\r\n\r\n");
  }

  @Test
  void passesAnAnswerOnWhileItIsBeingMade() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (FakeReplica streaming =
        new FakeReplica((request, socket) -> {
          FakeReplica.write(
              socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
          go.await();
          return FakeReplica.write(socket, "4\r\nlast\r\n0\r\n\r\n");
        })) {
      gateway.route(streaming);
      HttpResponse<InputStream> response =
          gateway
              .client()
              .send(
                  gateway.request("/finance/fraud/x").build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        assertThat(new String(body.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("first");
        go.countDown();
        assertThat(new String(body.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("last");
      }
    }
  }

  @Test
  void endsTheConnectionWhenAnAnswerBreaksOff() throws Exception {
    try (FakeReplica broken =
        new FakeReplica((request, socket) -> {
          FakeReplica.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
          return false;
        })) {
      gateway.route(broken);
      assertThat(exchange("GET /finance/fraud/x HTTP/1.1\r\nHost: x\r\n\r\n"))
          .endsWith("\r\n\r\nhalf");
      Eventually.that("it counts as failed", () -> gateway.route().get("failed").asInt() == 1);
    }
  }
}
