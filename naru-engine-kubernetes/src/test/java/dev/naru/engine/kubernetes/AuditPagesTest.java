package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an API server that keeps pages by name, in order, under a version. */
class AuditPagesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PATH = "/apis/naru.dev/v1alpha1/namespaces/naru-system/auditpages";
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int FORBIDDEN = 403;
  private static final int CONFLICT = 409;

  @TempDir private Path folder;

  private final TreeMap<String, ObjectNode> kept = new TreeMap<>();
  private int version;
  private boolean forbidden;

  @SuppressWarnings("NullAway.Init") // before each test
  private HttpServer server;

  @SuppressWarnings("NullAway.Init") // before each test
  private Path config;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/", this::handle);
    server.start();
    config =
        Files.writeString(
            folder.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: u, user: {token: x}}]
            contexts: [{name: a, context: {cluster: c, user: u}}]
            current-context: a
            """
                .formatted(server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private AuditPages pages() {
    return AuditPages.in(new Cluster(Optional.of(config), Optional.empty()), "naru-system");
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    switch (exchange.getRequestMethod()) {
      case String _ when forbidden -> status(exchange, FORBIDDEN, "Forbidden");
      case String m when m.equals("GET") && !path.equals(PATH) ->
          answer(
              exchange,
              OK,
              MAPPER.readTree(
                  """
                  {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "naru.dev/v1alpha1",
                   "resources": [{"name": "auditpages", "kind": "AuditPage", "namespaced": true}]}\
                  """));
      case "GET" -> list(exchange);
      case "POST" -> {
        ObjectNode made = (ObjectNode) MAPPER.readTree(body);
        String name = made.path("metadata").path("name").asText();
        if (kept.containsKey(name)) {
          status(exchange, CONFLICT, "AlreadyExists");
        } else {
          keep(exchange, name, made, CREATED);
        }
      }
      case "PUT" -> {
        String name = path.substring(PATH.length() + 1);
        ObjectNode next = (ObjectNode) MAPPER.readTree(body);
        if (version(Objects.requireNonNull(kept.get(name))).equals(version(next))) {
          keep(exchange, name, next, OK);
        } else {
          status(exchange, CONFLICT, "Conflict");
        }
      }
      default -> throw new IllegalStateException(exchange.getRequestMethod());
    }
  }

  private void list(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    int limit = Integer.parseInt(query.replaceAll(".*limit=(\\d+).*", "$1"));
    String from = query.contains("continue=") ? query.replaceAll(".*continue=([^&]+).*", "$1") : "";
    List<ObjectNode> page = kept.tailMap(from, false).values().stream().limit(limit).toList();
    ObjectNode list = MAPPER.createObjectNode();
    list.put("kind", "AuditPageList").put("apiVersion", "naru.dev/v1alpha1");
    list.putArray("items").addAll(page);
    String last = page.isEmpty() ? "" : page.getLast().path("metadata").path("name").asText();
    list.putObject("metadata")
        .put("continue", kept.tailMap(last, false).isEmpty() || page.isEmpty() ? "" : last);
    answer(exchange, OK, list);
  }

  private static String version(JsonNode page) {
    return page.path("metadata").path("resourceVersion").asText();
  }

  private void keep(HttpExchange exchange, String name, ObjectNode page, int code)
      throws IOException {
    page.withObjectProperty("metadata").put("resourceVersion", "" + ++version);
    kept.put(name, page);
    answer(exchange, code, page);
  }

  private static void status(HttpExchange exchange, int code, String reason) throws IOException {
    ObjectNode said = MAPPER.createObjectNode();
    said.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    said.put("code", code).put("reason", reason).put("message", "said " + reason);
    answer(exchange, code, said);
  }

  private static void answer(HttpExchange exchange, int code, JsonNode json) throws IOException {
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static AuditEntry entry(String target) {
    return new AuditEntry(Instant.EPOCH, "naru", "start", target, "accepted", "image=x");
  }

  private static List<String> targets(AuditPages pages, int limit) {
    return pages.entries(limit).stream().map(AuditEntry::target).toList();
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(pages().entries(10)).isEmpty();
    assertThat(pages().check().broken()).isEmpty();
  }

  @Test
  void goesOnOverPagesAndProcesses() {
    for (int i = 1; i <= 2 * AuditPages.ON_A_PAGE + 1; i++) {
      pages().add(entry("t" + i));
    }

    AuditPages later = pages();
    assertThat(kept).hasSize(3);
    assertThat(kept.firstEntry().getValue().path("first").asInt())
        .isEqualTo(2 * AuditPages.ON_A_PAGE + 1);
    assertThat(targets(later, 2)).containsExactly("t200", "t201");
    assertThat(targets(later, 1000))
        .isEqualTo(IntStream.rangeClosed(1, 201).mapToObj(i -> "t" + i).toList());
    assertThat(later.check().entries()).isEqualTo(201);
    assertThat(later.check().broken()).isEmpty();
  }

  @Test
  void twoWritersFollowEachOther() {
    AuditPages one = pages();
    AuditPages other = pages();
    one.add(entry("a"));
    other.add(entry("b"));
    one.add(entry("c"));

    assertThat(targets(pages(), 9)).containsExactly("a", "b", "c");
    assertThat(pages().check().broken()).isEmpty();
  }

  @Test
  void tellsWhereItWasChanged() {
    AuditPages pages = pages();
    List.of("a", "b", "c").forEach(t -> pages.add(entry(t)));
    ObjectNode entries = kept.firstEntry().getValue().withObjectProperty("entries");
    entries.put(
        "000000002", entries.path("000000002").asText().replace("\"accepted\"", "\"refused\""));

    assertThat(pages().check().broken()).hasValueSatisfying(w -> assertThat(w).contains("entry 2"));
  }

  @Test
  void tellsThatAPageIsGoneFromTheMiddleAlone() {
    for (int i = 1; i <= 3 * AuditPages.ON_A_PAGE; i++) {
      pages().add(entry("t" + i));
    }
    kept.remove(kept.lastKey());
    assertThat(pages().check().broken()).as("the oldest was put elsewhere").isEmpty();

    for (int i = 1; i <= AuditPages.ON_A_PAGE; i++) {
      pages().add(entry("u" + i));
    }
    kept.remove(List.copyOf(kept.keySet()).get(1));
    assertThat(pages().check().broken()).isPresent();
  }

  @Test
  void cutsWhatIsTooLong() {
    pages()
        .add(new AuditEntry(Instant.EPOCH, "a", "trust", "x", "refused", "\u0001".repeat(50_000)));

    assertThat(kept.firstEntry().getValue().path("entries").path("000000001").asText())
        .hasSizeLessThan(10_000);
    assertThat(pages().entries(1).getFirst().detail()).endsWith("... (50000 characters)");
    assertThat(pages().check().broken()).isEmpty();
  }

  @Test
  void saysThatNothingWasKept() {
    forbidden = true;

    assertThatThrownBy(() -> pages().add(entry("a")))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("cannot read the audit of namespace naru-system");
  }
}
