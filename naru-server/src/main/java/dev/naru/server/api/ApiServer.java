package dev.naru.server.api;

import dev.naru.core.NaruException;
import dev.naru.core.store.Store;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST API on 127.0.0.1. */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int MOST_CONNECTIONS = 256;
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(2);

  private final Streams streams = new Streams();
  private final ApiMetrics metrics = new ApiMetrics();
  private final WebServer server;

  private ApiServer(Control control, Store store, Context context) {
    Guard guard = new Guard(context.token(), control);
    HttpRouting.Builder routing = HttpRouting.builder().addFilter(metrics).addFilter(guard);
    for (Route route : routes(control, store, context, streams, metrics)) {
      routing.route(
          Method.create(route.method()),
          route.path(),
          (request, response) -> answer(route, request, response));
    }
    routing.any((request, response) -> notFound(new Call(request, response), request));
    routing.error(HttpException.class, (_, response, e) -> refused(response, e));
    Http1Config http =
        Http1Config.builder().maxHeadersSize(MOST_HEADER_BYTES).continueImmediately(false).build();
    server =
        WebServer.builder()
            .bindAddress(new InetSocketAddress(LOOPBACK, context.info().apiPort()))
            .protocolsDiscoverServices(false)
            .addConnectionSelector(Http1ConnectionSelector.builder().config(http).build())
            .maxTcpConnections(MOST_CONNECTIONS)
            .idleConnectionTimeout(IDLE_CONNECTION)
            .shutdownGracePeriod(Duration.ofMillis(500))
            .shutdownHook(false)
            .routing(routing)
            .build();
  }

  /**
   * What the API knows beside the loop.
   *
   * @param info what this server is
   * @param token that every request must bring
   * @param stop ends the server for good; returns at once
   * @param clock the time
   */
  public record Context(ServerInfo info, String token, Runnable stop, Clock clock) {}

  /**
   * Listens from now on.
   *
   * @throws NaruException CONFLICT where the port is taken
   */
  public static ApiServer start(Control control, Store store, Context context) {
    ApiServer api = new ApiServer(control, store, context);
    api.server.start();
    if (!api.server.isRunning()) {
      throw new NaruException(
          NaruException.Code.CONFLICT,
          "cannot listen on 127.0.0.1:%d; set NARU_API_PORT to a free port"
              .formatted(context.info().apiPort()));
    }
    return api;
  }

  /** All routes; also what the OpenAPI document must tell. */
  static List<Route> routes(
      Control control, Store store, Context context, Streams streams, ApiMetrics metrics) {
    Statuses statuses =
        new Statuses(context.clock(), _ -> "http://127.0.0.1:" + context.info().gatewayPort());
    return java.util.stream.Stream.of(
            new ServerRoutes(control, context, statuses, metrics).list(),
            new ProjectRoutes(control).list(),
            new ResourceRoutes(control, store, statuses).list(),
            new StreamRoutes(control, statuses, streams).list(),
            new VolumeRoutes(control, store, context.clock()).list())
        .flatMap(List::stream)
        .toList();
  }

  private static void answer(Route route, ServerRequest request, ServerResponse response) {
    Call call = new Call(request, response);
    try {
      route.endpoint().answer(call);
    } catch (HttpException e) {
      throw e;
    } catch (NaruException e) {
      if (e.code() == NaruException.Code.INTERNAL) {
        LOG.atError().addKeyValue("route", route.path()).setCause(e).log("request failed");
      }
      answerOnce(call, e.code().httpStatus(), Problems.body(e));
    } catch (UncheckedIOException e) {
      LOG.atDebug().addKeyValue("route", route.path()).log("client went away");
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answerOnce(call, 503, Problems.body("STOPPING", "the control plane is ending"));
    } catch (Exception e) {
      LOG.atError().addKeyValue("route", route.path()).setCause(e).log("request failed");
      answerOnce(
          call,
          500,
          Problems.body("INTERNAL", "a defect of Naru; its log, logs/server.log, tells more"));
    }
  }

  private static void answerOnce(
      Call call, int status, com.fasterxml.jackson.databind.JsonNode body) {
    if (!call.response().isSent()) {
      call.answer(status, body);
    }
  }

  private static void notFound(Call call, ServerRequest request) {
    call.answer(
        404,
        Problems.body(
            "NOT_FOUND",
            "there is no %s %s; see /api/openapi.yaml"
                .formatted(request.prologue().method().text(), request.path().path())));
  }

  private static void refused(ServerResponse response, HttpException e) {
    response.status(e.status());
    response.header("Content-Type", "application/json");
    response.header(HeaderValues.CONNECTION_CLOSE);
    String message =
        e.status().code() == 413
            ? "the body is larger than " + Call.MOST_BODY_BYTES + " bytes"
            : String.valueOf(e.getMessage());
    response.send(
        dev.naru.server.json.Json.text(Problems.body("INVALID", message))
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Ends streams and connections. */
  @Override
  public void close() {
    streams.close();
    server.stop();
  }
}
