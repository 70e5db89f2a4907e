package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
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
  private int tries;
  private boolean forbidden;

  @SuppressWarnings("NullAway.Init") // before each test
  private FakeApi api;

  @BeforeEach
  void serve() throws IOException {
    api = new FakeApi(folder, this::answer);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private AuditPages pages() {
    return AuditPages.in(api.cluster(), "naru-system");
  }

  /** What is only tried is answered like the rest, and not kept. */
  private synchronized FakeApi.Answer answer(FakeApi.Request request) {
    TreeMap<String, ObjectNode> before = new TreeMap<>(kept);
    FakeApi.Answer answer = kept(request);
    if (request.query().contains("dryRun=All")) {
      tries++;
      kept.clear();
      kept.putAll(before);
    }
    return answer;
  }

  private FakeApi.Answer kept(FakeApi.Request request) {
    if (forbidden) {
      return FakeApi.Answer.no(FORBIDDEN, "Forbidden");
    }
    String[] what = request.what().split(" ", 2);
    return switch (what[0]) {
      case "GET" -> what[1].equals(PATH) ? list(request.query()) : kinds();
      case "POST" -> {
        ObjectNode made = read(request.body());
        String name = made.path("metadata").path("name").asText();
        yield kept.containsKey(name)
            ? FakeApi.Answer.no(CONFLICT, "AlreadyExists")
            : keep(name, made, CREATED);
      }
      case "PUT" -> {
        String name = what[1].substring(PATH.length() + 1);
        ObjectNode next = read(request.body());
        yield version(Objects.requireNonNull(kept.get(name))).equals(version(next))
            ? keep(name, next, OK)
            : FakeApi.Answer.no(CONFLICT, "Conflict");
      }
      default -> throw new IllegalStateException(request.what());
    };
  }

  private static FakeApi.Answer kinds() {
    return FakeApi.Answer.of(
        """
        {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "naru.dev/v1alpha1",
         "resources": [{"name": "auditpages", "kind": "AuditPage", "namespaced": true}]}\
        """);
  }

  private FakeApi.Answer list(String query) {
    int limit = Integer.parseInt(query.replaceAll(".*limit=(\\d+).*", "$1"));
    String from = query.contains("continue=") ? query.replaceAll(".*continue=([^&]+).*", "$1") : "";
    List<ObjectNode> page = kept.tailMap(from, false).values().stream().limit(limit).toList();
    ObjectNode list = MAPPER.createObjectNode();
    list.put("kind", "AuditPageList").put("apiVersion", "naru.dev/v1alpha1");
    list.putArray("items").addAll(page);
    String last = page.isEmpty() ? "" : page.getLast().path("metadata").path("name").asText();
    list.putObject("metadata")
        .put("continue", kept.tailMap(last, false).isEmpty() || page.isEmpty() ? "" : last);
    return FakeApi.Answer.of(list.toString());
  }

  private static ObjectNode read(String json) {
    try {
      return (ObjectNode) MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static String version(JsonNode page) {
    return page.path("metadata").path("resourceVersion").asText();
  }

  private FakeApi.Answer keep(String name, ObjectNode page, int code) {
    page.withObjectProperty("metadata").put("resourceVersion", "" + ++version);
    kept.put(name, page);
    return new FakeApi.Answer(code, page.toString());
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
  void whatIsRehearsedIsNotKept() {
    AuditPages pages = pages();
    pages.rehearse(entry("a"));
    pages.add(entry("b"));
    pages.rehearse(entry("c"));
    for (int i = 1; i < AuditPages.ON_A_PAGE; i++) {
      pages.add(entry("d" + i));
    }
    pages.rehearse(entry("e")); // would begin a page

    assertThat(tries).isEqualTo(3);
    assertThat(targets(pages, 2 * AuditPages.ON_A_PAGE))
        .hasSize(AuditPages.ON_A_PAGE)
        .startsWith("b", "d1");
    assertThat(pages.check().broken()).isEmpty();
    forbidden = true;
    assertThatThrownBy(() -> pages.rehearse(entry("f"))).isInstanceOf(NaruException.class);
  }

  @Test
  void goesOnOverPagesAndProcesses() {
    AuditPages pages = pages();
    for (int i = 1; i <= 2 * AuditPages.ON_A_PAGE + 1; i++) {
      // Each next process begins in the middle of a page, or where one is full.
      pages = i % (AuditPages.ON_A_PAGE / 2) == 1 ? pages() : pages;
      pages.add(entry("t" + i));
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

  private static void awaitWaiting(AuditPages pages, int least) throws InterruptedException {
    for (int i = 0; i < 1000 && pages.waiting() < least; i++) {
      Thread.sleep(10);
    }
    assertThat(pages.waiting()).isGreaterThanOrEqualTo(least);
  }

  @Test
  void whatComesTogetherIsWrittenTogether() throws InterruptedException {
    AuditPages pages = pages();
    pages.add(entry("first"));
    int before = version;
    List<Thread> writers;
    synchronized (this) { // nothing is answered
      writers =
          IntStream.range(0, AuditPages.ON_A_PAGE + 5)
              .mapToObj(i -> Thread.startVirtualThread(() -> pages.add(entry("t" + i))))
              .toList();
      awaitWaiting(pages, AuditPages.ON_A_PAGE + 4);
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(version - before).as("writes").isLessThanOrEqualTo(3);
    assertThat(kept).hasSize(2);
    assertThat(targets(pages(), 1000)).hasSize(AuditPages.ON_A_PAGE + 6).doesNotHaveDuplicates();
    assertThat(pages().check().broken()).isEmpty();
  }

  @Test
  void eachIsToldThatNothingWasKept() throws InterruptedException {
    AuditPages pages = pages();
    AtomicInteger told = new AtomicInteger();
    List<Thread> writers;
    synchronized (this) {
      forbidden = true;
      writers =
          IntStream.range(0, 5)
              .mapToObj(i ->
                  Thread.startVirtualThread(() -> {
                    try {
                      pages.add(entry("t" + i));
                    } catch (NaruException e) {
                      told.incrementAndGet();
                    }
                  }))
              .toList();
      awaitWaiting(pages, 4);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    forbidden = false;
    pages.add(entry("next"));

    assertThat(told).hasValue(5);
    assertThat(targets(pages(), 10)).containsExactly("next");
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
    AuditPages pages = pages();
    for (int i = 1; i <= 3 * AuditPages.ON_A_PAGE; i++) {
      pages.add(entry("t" + i));
    }
    kept.remove(kept.lastKey());
    assertThat(pages().check().broken()).as("the oldest was put elsewhere").isEmpty();

    for (int i = 1; i <= AuditPages.ON_A_PAGE; i++) {
      pages.add(entry("u" + i));
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
