package dev.naru.server.api;

import static dev.naru.server.api.Lives.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Event;
import dev.naru.core.state.Run;
import dev.naru.core.state.Stored.Desired;
import dev.naru.core.store.AuditEntry;
import dev.naru.core.testkit.store.InMemoryStore;
import dev.naru.server.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApiServerTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final String ONE = "/api/v1/resources/finance/training/fraud";
  private static final String SERVICE = "/api/v1/resources/finance/inference/fraud";

  @TempDir Path folder;

  private final FakeControl control = new FakeControl();
  private final InMemoryStore store = new InMemoryStore();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private ApiServer api;

  private record Answer(int status, String body, Map<String, List<String>> headers) {
    JsonNode json() {
      return Json.read(body, "the answer");
    }
  }

  @BeforeEach
  void start() {
    ServerInfo info =
        new ServerInfo("0.1.0", "abc", "process", "/home", 0, 8801, 42, Instant.EPOCH);
    api =
        ApiServer.start(
            control,
            store,
            new ApiServer.Context(
                info, TOKEN, stopped::countDown, Clock.fixed(at(0), ZoneOffset.UTC)));
    control.lives.add(
        Lives.training(
            Desired.UP,
            Lives.runs(List.of(), Lives.run(1, Run.Phase.ACTIVE, List.of(Lives.running(1, 0)))),
            "",
            new Observation.Absent()));
    control.lives.add(
        Lives.inference(
            Desired.UP, 1, true, "", List.of(Lives.revision(1, Lives.member(0, 0))), "1.0"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpURLConnection open(String method, String path, String token) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + api.port() + path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(20_000);
    if (!token.isEmpty()) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }

  private static Answer answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(status, body, connection.getHeaderFields());
    }
  }

  private Answer get(String path) throws IOException {
    return answer(open("GET", path, TOKEN));
  }

  private Answer post(String path, String body) throws IOException {
    HttpURLConnection connection = open("POST", path, TOKEN);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    return answer(connection);
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = new byte[4096]; // the head comes in one piece
      int read = Math.max(0, socket.getInputStream().read(answer));
      return new String(answer, 0, read, StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void answersHealthWithoutATokenOnceEverythingWasObserved() throws IOException {
    assertThat(answer(open("GET", "/healthz", "")).json().toString())
        .isEqualTo(
            "{\"status\":\"ok\",\"version\":\"0.1.0\",\"build\":\"abc\",\"engine\":\"process\",\"engineAddress\":\"\",\"pid\":42}");
    control.observed = false;
    Answer starting = answer(open("GET", "/healthz", ""));
    assertThat(starting.status()).isEqualTo(503);
    assertThat(starting.body()).isEqualTo("{\"status\":\"starting\",\"trouble\":\"\"}");
    assertThat(get("/api/v1/resources").status()).isEqualTo(503);
  }

  @Test
  void refusesEverythingElseWithoutTheToken() throws IOException {
    for (String token : List.of("", "wrong", TOKEN + "0", TOKEN.substring(1))) {
      for (String path : List.of("/metrics", "/api/openapi.yaml", "/api/v1/version", "/nowhere")) {
        Answer answer = answer(open("GET", path, token));
        assertThat(answer.status()).as(path).isEqualTo(401);
        assertThat(answer.json().get("code").textValue()).isEqualTo("UNAUTHORIZED");
      }
    }
    assertThat(answer(open("POST", "/api/v1/down", "wrong")).status()).isEqualTo(401);
    assertThat(control.asked).isEmpty();
  }

  @Test
  void refusesOtherHostNames() throws IOException {
    String request =
        "GET /api/v1/version HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer "
            + TOKEN
            + "\r\nConnection: close\r\n\r\n";
    for (String host : List.of("127.0.0.1:1", "localhost", "[::1]:80", "LOCALHOST:8800")) {
      assertThat(raw(request.formatted(host))).as(host).startsWith("HTTP/1.1 200");
    }
    for (String host : List.of("evil.example", "127.0.0.1.evil.example", "localhost:80:80")) {
      assertThat(raw(request.formatted(host)))
          .as(host)
          .startsWith("HTTP/1.1 40")
          .doesNotContain("abc");
    }
  }

  @Test
  void sendsHeadersThatKeepPagesFromUsingAnswers() throws IOException {
    Map<String, List<String>> headers = get("/api/v1/version").headers();
    assertThat(headers.get("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(headers.get("X-Frame-Options")).containsExactly("DENY");
    assertThat(headers.get("Cache-Control")).containsExactly("no-store");
    assertThat(headers).doesNotContainKey("Access-Control-Allow-Origin");
  }

  @Test
  void answersErrorsAsJson() throws IOException {
    Answer nowhere = get("/api/v1/nowhere");
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.json().get("message").textValue()).contains("GET /api/v1/nowhere");
    assertThat(get("/api/v1/resources/finance/training/none").status()).isEqualTo(404);
    assertThat(get("/api/v1/resources/finance/table/none").json().get("message").textValue())
        .contains("there is no kind 'table'");
    assertThat(post(ONE + "/drill", "{oops").status()).isEqualTo(422);
    assertThat(get("/api/v1/audit?limit=x").json().get("message").textValue())
        .isEqualTo("expected a whole number from 1 to 10000 for limit, found 'x'");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws IOException {
    String answer =
        raw(
            "POST /api/v1/down HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + TOKEN
                + "\r\nContent-Length: 99999999\r\n\r\n{");
    assertThat(answer).startsWith("HTTP/1.1 413");
    assertThat(control.asked).isEmpty();
  }

  @Test
  void listsResourcesByProjectKindAndName() throws IOException {
    JsonNode all = get("/api/v1/resources").json();
    assertThat(all.get("kind").textValue()).isEqualTo("List");
    assertThat(all.get("items")).hasSize(2);
    assertThat(get("/api/v1/resources?kind=trainings").json().get("items")).hasSize(1);
    assertThat(get("/api/v1/resources?project=other").json().get("items")).isEmpty();
    JsonNode one = get("/api/v1/resources?kind=Inference&name=fraud").json().get("items").get(0);
    assertThat(one.get("status").get("phase").textValue()).isEqualTo("Ready");
    assertThat(get(ONE).json().get("status").get("run").textValue()).isEqualTo("fraud-1");
  }

  private String submission() throws IOException {
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(folder.resolve("finance.jar")))) {
      jar.putNextEntry(new ZipEntry("Main.class"));
    }
    return """
    {"folder":"%s","file":"%s/naru.yaml","documents":[
      {"apiVersion":"naru.dev/v1alpha1","kind":"Image","metadata":{"name":"finance"},
       "spec":{"runtime":{"java":25},"source":"finance.jar"}},
      {"apiVersion":"naru.dev/v1alpha1","kind":"Training","metadata":{"name":"fraud"},
       "spec":{"image":"finance","command":["train"]}}]}\
    """
        .formatted(folder, folder);
  }

  @Test
  void plansAndAppliesWhatIsSubmitted() throws IOException {
    Answer plan = post("/api/v1/projects/finance/plan", submission());
    assertThat(plan.status()).isEqualTo(200);
    assertThat(plan.json().get("changes").get(0).get("action").textValue()).isEqualTo("run");
    Answer up = post("/api/v1/projects/finance/up", submission());
    assertThat(up.status()).isEqualTo(202);
    assertThat(up.json().get("generations").get("training/fraud").longValue()).isEqualTo(3);
    assertThat(control.asked)
        .containsExactly(
            "plan finance 2",
            "plan finance 2",
            "up " + folder + "/naru.yaml false by " + System.getProperty("user.name"));
  }

  @Test
  void asksForConfirmationBeforeSomethingIsLost() throws IOException {
    control.needsConfirmation = true;
    Answer asked = post("/api/v1/projects/finance/up", submission());
    assertThat(asked.status()).isEqualTo(409);
    assertThat(asked.json().get("needsConfirmation").booleanValue()).isTrue();
    assertThat(asked.json().get("plan").get("project").textValue()).isEqualTo("finance");
    String confirmed = submission().replace("{\"folder\"", "{\"confirmed\":true,\"folder\"");
    assertThat(post("/api/v1/projects/finance/up", confirmed).status()).isEqualTo(202);
  }

  @Test
  void tellsAllProblemsOfWhatIsSubmitted() throws IOException {
    String broken =
        submission().replace("\"image\"", "\"imagge\"").replace("\"java\":25", "\"java\":7");
    Answer answer = post("/api/v1/projects/finance/up", broken);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("problems").size()).isGreaterThanOrEqualTo(2);
    Files.delete(folder.resolve("finance.jar"));
    String missing = submission();
    Files.delete(folder.resolve("finance.jar"));
    assertThat(post("/api/v1/projects/finance/plan", missing).json().get("problems")).hasSize(1);
    assertThat(post("/api/v1/projects/Fin_ance/plan", missing).status()).isEqualTo(422);
    assertThat(control.asked).isEmpty();
  }

  @Test
  void passesOnWhatIsAskedOfProjectsAndWorkloads() throws IOException {
    assertThat(get("/api/v1/projects").json().get("items").get(0).get("state").textValue())
        .isEqualTo("going down");
    assertThat(get("/api/v1/projects/none").status()).isEqualTo(404);
    assertThat(post("/api/v1/projects/finance/down", "{\"purge\":true}").status()).isEqualTo(202);
    assertThat(post("/api/v1/down", "").status()).isEqualTo(202);
    assertThat(post(ONE + "/rerun", "").json().get("run").textValue()).isEqualTo("fraud-4");
    assertThat(post(SERVICE + "/scale", "{\"min\":2,\"max\":4}").status()).isEqualTo(200);
    assertThat(post(SERVICE + "/scale", "{\"replicas\":9}").json().get("message").textValue())
        .contains("at most 4");
    assertThat(control.asked)
        .containsExactly(
            "down finance true",
            "down all false",
            "rerun finance/training/fraud",
            "scale finance/inference/fraud 2 OptionalInt[4]",
            "scale finance/inference/fraud 9 OptionalInt.empty");
    assertThat(post(ONE + "/scale", "{\"min\":2}").status()).isEqualTo(422);
    assertThat(post(SERVICE + "/rerun", "").status()).isEqualTo(422);
    assertThat(post(SERVICE + "/scale", "{\"min\":1.5}").status()).isEqualTo(422);
  }

  @Test
  void tellsEventsAndCausesAndAudit() throws Exception {
    Event event =
        new Event(Lives.TRAINING, at(1), Event.Level.WARNING, "AttemptEnded", "rank 1 was killed");
    store.save(
        new dev.naru.core.state.Stored(
            Lives.TRAINING,
            0,
            1,
            Lives.training(),
            Desired.UP,
            dev.naru.core.state.State.OfRuns.none(),
            Instant.EPOCH),
        List.of(event));
    store.audit(new AuditEntry(at(2), "kim", "up", "finance", "accepted", ""));
    assertThat(get(ONE + "/events").body())
        .isEqualTo(
            "{\"items\":[{\"at\":\"2026-11-01T10:00:01.000Z\",\"level\":\"Warning\","
                + "\"reason\":\"AttemptEnded\",\"message\":\"rank 1 was killed\"}]}");
    JsonNode why = get(ONE + "/why").json();
    assertThat(why.get("ref").textValue()).isEqualTo("training/fraud");
    assertThat(why.get("causes").get(0).get("text").textValue()).isEqualTo("Rank 1 was killed.");
    assertThat(get("/api/v1/audit").json().get("items").get(0).get("who").textValue())
        .isEqualTo("kim");
  }

  @Test
  void streamsADrill() throws IOException {
    Answer answer = post(ONE + "/drill", "{\"kill\":\"rank=1\",\"times\":3}");
    assertThat(answer.headers().get("Content-Type")).containsExactly("text/event-stream");
    List<String> names =
        answer
            .body()
            .lines()
            .filter(l -> l.startsWith("event: "))
            .map(l -> l.substring(7))
            .toList();
    assertThat(names).containsExactly("note", "run", "note", "run", "note", "run", "result");
    String last = answer.body().lines().filter(l -> l.startsWith("data: ")).toList().getLast();
    JsonNode result = Json.read(last.substring(6), "the result");
    assertThat(result.get("runs")).hasSize(3);
    assertThat(result.get("medianRecoverySeconds").doubleValue()).isEqualTo(1.0);
    assertThat(result.get("worstRecoverySeconds").doubleValue()).isEqualTo(1.5);
    assertThat(post(ONE + "/drill", "{\"kill\":\"rank=2\"}").json().get("message").textValue())
        .contains("expected kill rank=0 to rank=1, found 'rank=2'");
    assertThat(post(SERVICE + "/drill", "{\"kill\":\"rank=0\"}").status()).isEqualTo(422);
  }

  @Test
  void streamsThePresentStateAndThenEveryChange() throws Exception {
    HttpURLConnection connection = open("GET", "/api/v1/events?project=finance", TOKEN);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(next(in)).startsWith("resource {\"apiVersion\"");
      assertThat(next(in)).startsWith("resource {\"apiVersion\"");
      assertThat(next(in)).isEqualTo("synced {}");
      Live same = control.lives.getFirst();
      Event event = new Event(Lives.TRAINING, at(1), Event.Level.NORMAL, "RunStarted", "it began");
      control.listeners.forEach(l -> {
        l.accept(new Change.Updated(same)); // nothing new: not sent
        l.accept(new Change.Happened(event));
        l.accept(new Change.Removed(Lives.TRAINING));
      });
      assertThat(next(in)).startsWith("event {\"project\":\"finance\"").contains("it began");
      assertThat(next(in)).startsWith("removed ").contains("training/fraud");
      api.close();
      assertThat(in.readLine()).isNull();
    }
    assertThat(control.listeners).isEmpty();
  }

  private static String next(BufferedReader in) throws IOException {
    String name = in.readLine();
    String data = in.readLine();
    assertThat(in.readLine()).isEmpty();
    return name.substring("event: ".length()) + " " + data.substring("data: ".length());
  }

  @Test
  void writesFiguresForPrometheus() throws IOException {
    String text = get("/metrics").body();
    assertThat(text)
        .contains("naru_resources{kind=\"training\",phase=\"Running\"} 1\n")
        .contains("naru_loop_passes_total 7\n")
        .contains("naru_loop_seconds_total 1.500000\n")
        .contains("naru_replicas_ready{project=\"finance\",kind=\"inference\",name=\"fraud\"} 1\n");
    assertThat(get("/metrics").body())
        .contains("naru_api_requests_total{method=\"GET\",status=\"200\"} 1\n");
  }

  @Test
  void tellsTheCompositionOfTheWork() throws IOException {
    assertThat(get("/api/v1/top").json().get("nodes").get(0).toString())
        .isEqualTo(
            "{\"name\":\"local\",\"cpuMillis\":2000,\"memoryBytes\":1000,\"classes\":{\"free\":"
                + "{\"reserved\":{\"cpuMillis\":2000,\"memoryBytes\":1000},"
                + "\"used\":{\"cpuMillis\":2000,\"memoryBytes\":1000}},"
                + "\"other\":{\"used\":{\"cpuMillis\":0,\"memoryBytes\":0}}}}");
  }

  @Test
  void endsWhenItIsToldTo() throws IOException, InterruptedException {
    control.observed = false; // also while it starts
    assertThat(post("/api/v1/shutdown", "{\"reason\":\"a newer build\"}").status()).isEqualTo(202);
    // It answers first and ends then.
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void servesItsDocument() throws IOException {
    assertThat(get("/api/openapi.yaml").body()).startsWith("openapi: 3.1.0");
  }
}
