package dev.naru.serving.gateway;

import static dev.naru.serving.gateway.SliceJson.endpoint;
import static dev.naru.serving.gateway.SliceJson.slice;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.serving.Eventually;
import dev.naru.serving.gateway.RunningGateway.Table;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in a cluster: it goes by slices, with a control plane or without. */
class FollowingTest {
  private static final String INFER = "/v2/models/fraud/infer";

  @TempDir Path home;
  private FakeApiServer api;
  private FakeReplica a;
  private FakeReplica b;

  @SuppressWarnings("NullAway.Init") // by each test, when its slices are there
  private RunningGateway gateway;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(home.resolve("token"), "token");
    api = new FakeApiServer();
    a = FakeReplica.named("a");
    b = FakeReplica.named("b");
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    a.close();
    b.close();
    api.close();
  }

  private static RunningGateway running(Path home, FakeApiServer api) throws IOException {
    return new RunningGateway(
        home, Optional.of(new GatewayService.Cluster(api.address(), home, "finance")));
  }

  private String of(String pod, FakeReplica replica, boolean terminating) {
    return slice(pod, replica.port(), endpoint(pod, true, terminating));
  }

  private Table table(FakeReplica replica, boolean draining) {
    return new Table().revision(1, Table.replica("fraud-infer-1/0.0", replica.port(), draining));
  }

  @Test
  void servesWithoutAControlPlane() throws Exception {
    api.put("pod-a", of("pod-a", a, false));
    gateway = running(home, api);
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
    assertThat(gateway.get("/finance/fraud/x").body()).isEqualTo("a");
  }

  @Test
  void holdsRequestsUntilAReplacementIsReady() throws Exception {
    api.put("pod-a", of("pod-a", a, false));
    gateway = running(home, api);
    gateway.awaitReady(1);
    api.modify("pod-a", of("pod-a", a, true));
    Eventually.that("draining", () -> gateway.route().at("/replicas/0/draining").asBoolean());
    CompletableFuture<HttpResponse<String>> held =
        gateway
            .client()
            .sendAsync(
                gateway.request(INFER).POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
                HttpResponse.BodyHandlers.ofString());
    Eventually.that("held", () -> gateway.route().get("held").asInt() == 1);
    api.modify("pod-b", of("pod-b", b, false));
    assertThat(held.get().body()).isEqualTo("b");
    assertThat(a.requests()).isEmpty();
  }

  @Test
  void callsReplicasAsTheControlPlaneDoesAndKeepsWhatItKnowsOfThem() throws Exception {
    api.put("pod-a", of("pod-a", a, false));
    gateway = running(home, api);
    gateway.post(INFER, "{}");
    assertThat(gateway.route().at("/replicas/0/id").asText()).isEqualTo("pod-a");
    gateway.push(table(a, false));
    JsonNode replica = gateway.route().at("/replicas/0");
    assertThat(replica.get("id").asText()).isEqualTo("fraud-infer-1/0.0");
    assertThat(replica.get("ready").asBoolean()).isTrue();
    assertThat(replica.get("completed").asInt()).isEqualTo(1);
    assertThat(gateway.admin("GET", "/metrics", "").body()).contains("replica=\"pod-a\"} 1");
  }

  @Test
  void sendsNothingNewToWhatTheControlPlaneDrains() throws Exception {
    api.put("pod-a", of("pod-a", a, false));
    api.put("pod-b", of("pod-b", b, false));
    gateway = running(home, api);
    gateway.awaitReady(2);
    gateway.push(table(a, true));
    for (int i = 0; i < 20; i++) {
      assertThat(gateway.post(INFER, "{}").body()).isEqualTo("b");
    }
  }

  @Test
  void keepsItsTableWhileTheApiServerIsAway() throws Exception {
    api.put("pod-a", of("pod-a", a, false));
    gateway = running(home, api);
    gateway.awaitReady(1);
    api.answer(500);
    api.breakWatch();
    Eventually.that("asked in vain", () -> api.asked().size() >= 4);
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
    api.put("pod-b", of("pod-b", b, false));
    api.answer(200);
    gateway.awaitReady(2);
  }

  @Test
  void listensOnlyOnceItKnowsATable() throws Exception {
    api.answer(503);
    CompletableFuture<Void> started =
        CompletableFuture.runAsync(() -> {
          try {
            gateway = running(home, api);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    Eventually.that("asked in vain", () -> api.asked().size() >= 3);
    assertThat(started).isNotDone();
    api.put("pod-a", of("pod-a", a, false));
    api.answer(200);
    started.get();
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
  }

  @Test
  void goesByItsSavedTableUntilItKnowsSlices() throws Exception {
    Files.writeString(home.resolve("gateway-routes.json"), table(a, false).json(3));
    api.answer(503);
    gateway = running(home, api);
    assertThat(gateway.post(INFER, "{}").body()).isEqualTo("a");
    api.put("pod-b", of("pod-b", b, false));
    api.answer(200);
    Eventually.that("slices count", () -> gateway.post(INFER, "{}").body().equals("b"));
  }
}
