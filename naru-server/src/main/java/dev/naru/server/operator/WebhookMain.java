package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import dev.naru.engine.kubernetes.AuditPages;
import dev.naru.engine.kubernetes.Cluster;
import dev.naru.engine.kubernetes.ImageList;
import dev.naru.engine.kubernetes.Lately;
import dev.naru.engine.kubernetes.TrustObjects;
import dev.naru.image.trust.TrustRules;
import dev.naru.server.StderrLog;
import dev.naru.server.json.Json;
import dev.naru.server.trust.ImageTrust;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program that an API server asks whether a resource is good, and whether a pod that others
 * make may run: {@code WebhookMain FOLDER PORT}. It serves {@code /resources} and {@code /pods}
 * (AdmissionReview v1) and {@code /healthz} over TLS with {@code tls.crt} and {@code tls.key} of
 * the folder, which it reads again when they change. Of a resource it reads nothing but the review;
 * about a pod it asks the registries of its images, by the rules that the operator goes by ({@code
 * NARU_TRUST}, see {@link ClusterTrust}, and the TrustPolicies of at most a second ago), and the
 * list of images in {@code POD_NAMESPACE}. Before it serves it {@linkplain Rehearsal rehearses}
 * with {@code NARU_SYSTEM_IMAGE}. Who asks for what is in the audit before it is answered.
 */
public final class WebhookMain {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookMain.class);

  /** The API server takes objects of 3 MiB at most, and sends the one before too. */
  private static final int LONGEST = 8 << 20;

  /** As long as it may take to be ready for the first question. */
  private static final Duration COLD_AFTER = Duration.ofSeconds(5);

  /** How old the policies may be, as much as what is known of the list. */
  private static final Duration LATELY = Duration.ofSeconds(1);

  private WebhookMain() {}

  /** Runs until SIGTERM. */
  public static void main(String[] args) {
    StderrLog.install(System.getenv().getOrDefault("NARU_LOG_LEVEL", "info"));
    if (args.length != 2) {
      LOG.error("expected a folder and a port");
      System.exit(64);
    }
    try {
      Map<String, String> env = System.getenv();
      Cluster cluster = Cluster.of(env, Optional.empty());
      String own = env.getOrDefault("POD_NAMESPACE", "naru-system");
      Clock clock = Clock.systemUTC();
      AuditPages pages = AuditPages.in(cluster, own);
      Consumer<AuditEntry> audit = pages::add;
      ImageList list = new ImageList(cluster, own);
      TrustObjects policies = new TrustObjects(cluster);
      ClusterTrust given = ClusterTrust.parse(env.getOrDefault("NARU_TRUST", ""));
      Lately<List<TrustRules>> rules =
          new Lately<>(() -> given.rules(policies.all()), LATELY, System::nanoTime);
      Supplier<List<TrustRules>> lately = () -> rules.get(_ -> true);
      PodJudge pods = pods(given.by(lately, audit, clock), list, audit, clock);
      new Rehearsal(
              review -> {
                JsonNode answer = Judge.review(review);
                Changes.of(review, answer, clock.instant()).ifPresent(pages::rehearse);
                return answer;
              },
              review ->
                  pods(given.by(lately, pages::rehearse, clock), list, pages::rehearse, clock)
                      .review(review),
              env.getOrDefault("NARU_SYSTEM_IMAGE", ""),
              COLD_AFTER)
          .run();
      serve(
          Path.of(args[0]),
          Integer.parseInt(args[1]),
          review -> recorded(review, audit, clock),
          pods::review);
    } catch (IOException | RuntimeException e) {
      LOG.error("cannot start", e);
      System.exit(1);
    }
  }

  /**
   * What is answered about a resource, once it is in the audit. What cannot be put there is
   * answered all the same: the operator records that nobody knows who asked for it.
   */
  static JsonNode recorded(JsonNode review, Consumer<AuditEntry> audit, Clock clock) {
    JsonNode answer = Judge.review(review);
    Changes.of(review, answer, clock.instant())
        .ifPresent(entry -> {
          try {
            audit.accept(entry);
          } catch (NaruException e) {
            LOG.warn("{} is not in the audit: {}", entry, e.getMessage());
          }
        });
    return answer;
  }

  private static PodJudge pods(
      ImageTrust trust, ImageList list, Consumer<AuditEntry> audit, Clock clock) {
    return new PodJudge(
        new ForeignImages(ref -> trust.admit(ref).ref().toString()),
        new PodJudge.Listing() {
          @Override
          public Set<String> missing(String namespace, Set<String> refs) {
            return list.missing(namespace, refs);
          }

          @Override
          public void enter(String namespace, Set<String> refs) {
            list.enter(namespace, refs);
          }
        },
        audit,
        clock);
  }

  static HttpsServer serve(
      Path folder, int port, UnaryOperator<JsonNode> resources, UnaryOperator<JsonNode> pods)
      throws IOException {
    ServedCertificate certificate = ServedCertificate.of(folder);
    // An answer is written in parts, and the second would wait for the first one's receipt.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpsServer server = HttpsServer.create(new InetSocketAddress(port), 64);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/healthz", e -> answer(e, certificate.valid() ? 200 : 503, "{}"));
    server.createContext("/resources", e -> judge(e, resources));
    server.createContext("/pods", e -> judge(e, pods));
    server.start();
    LOG.info("judges resources and pods on port {}", server.getAddress().getPort());
    return server;
  }

  private static void judge(HttpExchange exchange, UnaryOperator<JsonNode> judge)
      throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      byte[] bytes = body.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        answer(exchange, 413, "{}");
        return;
      }
      JsonNode review = Json.read(new String(bytes, StandardCharsets.UTF_8), "an AdmissionReview");
      answer(exchange, 200, Json.text(judge.apply(review)));
    } catch (RuntimeException e) {
      LOG.warn("cannot answer a review: {}", e.getMessage());
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
