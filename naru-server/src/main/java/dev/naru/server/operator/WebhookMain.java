package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.naru.server.StderrLog;
import dev.naru.server.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program that an API server asks whether a resource is good: {@code WebhookMain FOLDER PORT}.
 * It serves {@code /resources} (AdmissionReview v1) and {@code /healthz} over TLS with {@code
 * tls.crt} and {@code tls.key} of the folder, which it reads again when they change. It asks nobody
 * anything.
 */
public final class WebhookMain {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookMain.class);

  /** The API server takes objects of 3 MiB at most, and sends the one before too. */
  private static final int LONGEST = 8 << 20;

  private WebhookMain() {}

  /** Runs until SIGTERM. */
  public static void main(String[] args) {
    StderrLog.install(System.getenv().getOrDefault("NARU_LOG_LEVEL", "info"));
    if (args.length != 2) {
      LOG.error("expected a folder and a port");
      System.exit(64);
    }
    try {
      serve(Path.of(args[0]), Integer.parseInt(args[1]));
    } catch (IOException | RuntimeException e) {
      LOG.error("cannot start", e);
      System.exit(1);
    }
  }

  static HttpsServer serve(Path folder, int port) throws IOException {
    ServedCertificate certificate = ServedCertificate.of(folder);
    HttpsServer server = HttpsServer.create(new InetSocketAddress(port), 64);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/healthz", e -> answer(e, certificate.valid() ? 200 : 503, "{}"));
    server.createContext("/resources", WebhookMain::judge);
    server.start();
    LOG.info("judges resources on port {}", server.getAddress().getPort());
    return server;
  }

  private static void judge(HttpExchange exchange) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      byte[] bytes = body.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        answer(exchange, 413, "{}");
        return;
      }
      JsonNode review = Json.read(new String(bytes, StandardCharsets.UTF_8), "an AdmissionReview");
      answer(exchange, 200, Json.text(Judge.review(review)));
    } catch (RuntimeException e) {
      LOG.warn("cannot judge a resource: {}", e.getMessage());
      answer(exchange, 400, "{}");
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    try (exchange) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
