package dev.naru.server.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.naru.server.api.Metrics;
import dev.naru.server.loop.OperatorLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** What probes and Prometheus ask of a control plane of a cluster. */
final class Health {
  /** A pass may wait for an API server that is away; one that takes longer than this hangs. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Clock clock;
  private long passes;
  private Instant counted;
  private volatile Optional<OperatorLoop> loop = Optional.empty();
  private volatile Supplier<Optional<Metrics.Work>> work = Optional::empty;

  Health(int port, Clock clock) throws IOException {
    this.clock = clock;
    this.counted = clock.instant();
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 16);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * From now on it leads.
   *
   * @param metrics of its work
   */
  void loop(OperatorLoop leading, Supplier<Metrics.Work> metrics) {
    work = () -> Optional.of(metrics.get());
    loop = Optional.of(leading);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean well = !path.equals("/healthz") || alive();
      String text =
          switch (path) {
            case "/healthz" -> well ? "ok\n" : "the loop hangs\n";
            case "/readyz" -> loop.isPresent() ? "leads\n" : "waits for the lease\n";
            case "/metrics" -> metrics();
            default -> "";
          };
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(
          text.isEmpty() ? 404 : well ? 200 : 503, Math.max(1, bytes.length));
      exchange.getResponseBody().write(bytes.length == 0 ? new byte[] {'\n'} : bytes);
    }
  }

  /** Whether a pass has ended lately, or another control plane leads. */
  private synchronized boolean alive() {
    long now = loop.map(l -> l.figures().passes()).orElse(-1L);
    if (now < 0 || now != passes) {
      passes = now;
      counted = clock.instant();
    }
    return clock.instant().isBefore(counted.plus(PATIENCE));
  }

  private String metrics() {
    return Metrics.operator(work.get());
  }
}
