package dev.naru.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.route.GatewayStats.ReplicaStats;
import dev.naru.core.route.GatewayStats.RouteStats;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The counters that {@code GET /stats} answers. */
final class StatsJson {
  private StatsJson() {}

  /** Reads them; counters that a gateway does not know yet are 0. */
  static GatewayStats read(JsonNode json) {
    if (!json.path("seq").isIntegralNumber() || !json.path("routes").isArray()) {
      throw new IllegalArgumentException("the gateway answered no counters");
    }
    List<RouteStats> routes = new ArrayList<>();
    json.path("routes").forEach(r -> routes.add(route(r)));
    return new GatewayStats(
        json.path("seq").longValue(),
        json.path("version").longValue(),
        Instant.ofEpochMilli(json.path("startedAt").longValue()),
        routes);
  }

  private static RouteStats route(JsonNode json) {
    List<ReplicaStats> replicas = new ArrayList<>();
    json.path("replicas").forEach(r -> replicas.add(replica(r)));
    JsonNode last = json.path("lastRequestAt");
    return new RouteStats(
        json.path("project").asText(),
        json.path("inference").asText(),
        json.path("arrivals").longValue(),
        json.path("completed").longValue(),
        json.path("failed").longValue(),
        json.path("rejected").longValue(),
        json.path("held").intValue(),
        json.path("inFlight").intValue(),
        Duration.of(json.path("serviceMicrosTotal").longValue(), ChronoUnit.MICROS),
        json.path("slow").longValue(),
        last.isIntegralNumber()
            ? Optional.of(Instant.ofEpochMilli(last.longValue()))
            : Optional.empty(),
        replicas);
  }

  private static ReplicaStats replica(JsonNode json) {
    return new ReplicaStats(
        json.path("id").asText(),
        json.path("ready").booleanValue(),
        json.path("inFlight").intValue(),
        json.path("completed").longValue(),
        json.path("failures").longValue());
  }
}
