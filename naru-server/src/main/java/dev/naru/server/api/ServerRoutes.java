package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.server.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the server says of itself. */
final class ServerRoutes {
  private final Control control;
  private final ApiServer.Context context;
  private final Statuses statuses;
  private final ApiMetrics metrics;

  ServerRoutes(Control control, ApiServer.Context context, Statuses statuses, ApiMetrics metrics) {
    this.control = control;
    this.context = context;
    this.statuses = statuses;
    this.metrics = metrics;
  }

  List<Route> list() {
    return List.of(
        Route.get("/healthz", this::health),
        Route.get("/metrics", this::metrics),
        Route.get("/api/openapi.yaml", this::openapi),
        Route.get("/api/v1/version", this::version),
        Route.post("/api/v1/shutdown", this::shutdown));
  }

  private void health(Call call) {
    if (!control.observed()) {
      call.answer(503, Json.object().put("status", "starting").put("trouble", control.trouble()));
      return;
    }
    ServerInfo info = context.info();
    call.answer(
        200,
        Json.object()
            .put("status", "ok")
            .put("version", info.version())
            .put("build", info.build())
            .put("engine", info.engine())
            .put("engineAddress", control.engineAddress())
            .put("pid", info.pid()));
  }

  private void metrics(Call call) {
    call.answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(control, statuses));
  }

  private void openapi(Call call) {
    call.answer(200, "application/yaml", document());
  }

  /** The OpenAPI document, kept by hand. */
  static String document() {
    try (InputStream in = ServerRoutes.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NaruException(NaruException.Code.INTERNAL, "cannot read openapi.yaml", e);
    }
  }

  private void version(Call call) {
    ServerInfo info = context.info();
    ObjectNode json =
        Json.object()
            .put("version", info.version())
            .put("build", info.build())
            .put("engine", info.engine())
            .put("home", info.home())
            .put("apiPort", info.apiPort())
            .put("gatewayPort", info.gatewayPort())
            .put("pid", info.pid())
            .put("startedAt", Times.text(info.startedAt()));
    call.answer(200, json);
  }

  private void shutdown(Call call) {
    call.answer(202, Json.object().put("status", "ending"));
    context.stop().run();
  }
}
