package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpTest {
  private static final String PLAN = "POST /api/v1/projects/shop/plan";
  private static final String UP = "POST /api/v1/projects/shop/up";
  private static final String EVENTS = "GET /api/v1/events?project=shop";
  private static final String PLANNED =
      """
      {"project":"shop","engine":"process","nothingToDo":false,"needsConfirmation":false,
       "warnings":["applied from /elsewhere before"],
       "changes":[{"action":"create","ref":"image/app","detail":""},
        {"action":"run","ref":"training/fraud","detail":"runs as fraud-1: no run has this key"},
        {"action":"create","ref":"inference/fraud","detail":"waits for training/fraud"},
        {"action":"keep","ref":"volume/data","detail":""}],
       "notes":[{"level":"DOWNGRADED","ref":"training/fraud","field":"limits.cpu","message":"no cgroup is writable: best effort"}],
       "links":[{"from":"inference/fraud","to":"training/fraud","why":"reads its model"},
        {"from":"inference/fraud","to":"gateway","why":"is asked by it"}],
       "addresses":[{"ref":"inference/fraud","url":"http://127.0.0.1:8801/shop/fraud/v2/models/fraud","shortOwner":"other"}]}\
      """;
  private static final String ACCEPTED =
      "{\"project\":\"shop\",\"generations\":{\"training/fraud\":1,\"inference/fraud\":1}}";

  @TempDir private Path home;
  @TempDir private Path folder;
  private FakeServer server;
  private String file;

  @BeforeEach
  void startServer() throws IOException {
    server = new FakeServer(home);
    Path yaml = folder.resolve("shop.yaml");
    Files.writeString(
        yaml,
        """
        apiVersion: naru.dev/v1alpha1
        kind: Image
        metadata: {name: app}
        spec: {runtime: {java: 25}, source: app.jar}
        ---
        apiVersion: naru.dev/v1alpha1
        kind: Training
        metadata: {name: fraud}
        spec: {image: app, command: [train], workers: 2}
        ---
        apiVersion: naru.dev/v1alpha1
        kind: Inference
        metadata: {name: fraud}
        spec: {model: {from: fraud}, replicas: {min: 1, max: 2}}
        """);
    Files.write(folder.resolve("app.jar"), new byte[] {'P', 'K', 3, 4});
    file = yaml.toString();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private static String training(String phase, String more) {
    return "event: resource\n"
               + "data:"
               + " {\"kind\":\"Training\",\"metadata\":{\"name\":\"fraud\",\"namespace\":\"shop\"},\"spec\":{\"workers\":2},\"status\":{\"phase\":\""
        + phase
        + "\",\"observedGeneration\":1"
        + more
        + "}}\n\n";
  }

  private static String inference(String phase, String more) {
    return "event: resource\n"
               + "data:"
               + " {\"kind\":\"Inference\",\"metadata\":{\"name\":\"fraud\",\"namespace\":\"shop\"},\"spec\":{\"model\":{\"from\":\"fraud\"}},\"status\":{\"phase\":\""
        + phase
        + "\",\"observedGeneration\":1,\"url\":\"http://127.0.0.1:8801/shop/fraud/v2/models/fraud\""
        + more
        + "}}\n\n";
  }

  private static String good() {
    return training("Pending", "")
        + inference(
            "Progressing",
            ",\"wanted\":1,\"ready\":0,\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"NoPromotedModel\",\"message\":\"training/fraud"
                + " has promoted no model yet\"}]")
        + "event: synced\ndata: {}\n\n"
        + training(
            "Running",
            ",\"run\":\"fraud-1\",\"attempt\":1,\"progress\":{\"step\":10,\"total\":200}")
        + training(
            "Running",
            ",\"run\":\"fraud-1\",\"attempt\":1,\"progress\":{\"step\":20,\"total\":200}")
        + training(
            "Running",
            ",\"run\":\"fraud-1\",\"attempt\":2,\"progress\":{\"step\":20,\"total\":200}")
        + training(
            "Succeeded",
            ",\"run\":\"fraud-1\",\"attempt\":2,\"model\":{\"version\":1,\"promoted\":true,\"metrics\":{\"auc\":0.93}}")
        + inference(
            "Ready", ",\"wanted\":1,\"ready\":1,\"model\":{\"name\":\"fraud\",\"version\":1}");
  }

  @Test
  void printsThePlanFollowsInPlainLinesAndEndsWithAddresses() throws IOException {
    Files.createDirectories(folder.resolve("requests"));
    Files.writeString(folder.resolve("requests/fraud.json"), "{}");
    server.on(PLAN, PLANNED).on(UP, 202, ACCEPTED).on(EVENTS, good());
    Ran ran = Ran.of(server.env(), "up", file);
    assertThat(ran.code()).isZero();
    Golden.check("up.err", ran.err().replace(folder.toString(), "FOLDER"));
    assertThat(ran.out())
        .isEqualTo("inference/fraud  http://127.0.0.1:8801/shop/fraud/v2/models/fraud\n");
    assertThat(server.requests().get(1)).startsWith(UP).contains("\"confirmed\":true");
  }

  private static String data(String event) {
    return event.substring(event.indexOf("data: ") + 6).strip();
  }

  @Test
  void nothingToDoIsSaidInOneLineAndStartsNothing() {
    server
        .on(PLAN, "{\"project\":\"shop\",\"changes\":[],\"nothingToDo\":true}")
        .on(
            "GET /api/v1/resources?project=shop",
            "{\"items\":["
                + data(training("Succeeded", ",\"run\":\"fraud-1\""))
                + ","
                + data(inference("Ready", ",\"wanted\":1,\"ready\":1"))
                + "]}");
    Ran ran = Ran.of(server.env(), "up", file);
    assertThat(ran.code()).isZero();
    assertThat(ran.err())
        .isEqualTo("naru: nothing to do: everything is as the file says (0.0 s)\n");
    assertThat(server.requests()).noneMatch(r -> r.startsWith(UP));
  }

  @Test
  void failsWithTheCauseWhereARunFailed() {
    server
        .on(PLAN, PLANNED)
        .on(UP, 202, ACCEPTED)
        .on(EVENTS, training("Failed", ",\"run\":\"fraud-1\"") + inference("Progressing", ""))
        .on(
            "GET /api/v1/resources/shop/training/fraud/why",
            "{\"summary\":\"fraud-1 failed: its data is"
                + " bad\",\"causes\":[{\"at\":\"2026-11-02T09:58:20.000Z\",\"text\":\"rank 1 exited"
                + " with 65\"}]}");
    Ran ran = Ran.of(server.env(), "up", file);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .endsWith(
            """
            naru: training/fraud: fraud-1 failed: its data is bad
            naru:   2026-11-02T09:58:20.000Z rank 1 exited with 65
            naru: cannot reach what the file wants: training/fraud failed, 1 wait for it; see `naru logs training/fraud`, then `naru rerun training/fraud`
            """);
  }

  @Test
  void asksNothingOfAPipeButRefusesToReplace() {
    server.on(PLAN, PLANNED.replace("\"needsConfirmation\":false", "\"needsConfirmation\":true"));
    Ran ran = Ran.of(server.env(), "up", file);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("cannot ask: this is not a terminal").contains("--yes");
    assertThat(server.requests()).noneMatch(r -> r.startsWith(UP));
  }

  @Test
  void asksOnATerminalAndDoesNothingWithoutAYes() {
    server.on(PLAN, PLANNED.replace("\"needsConfirmation\":false", "\"needsConfirmation\":true"));
    Terminal terminal = new Terminal(true, false, true, server.env());
    Ran no = Ran.in(terminal, server.env(), "n\n", "up", file);
    assertThat(no.code()).isEqualTo(2);
    assertThat(no.err()).contains("Go on? [y/N]").contains("nothing was changed");
    server.on(UP, 202, ACCEPTED).on(EVENTS, good());
    assertThat(Ran.in(terminal, server.env(), "yes\n", "up", file).code()).isZero();
  }

  @Test
  void detachedReturnsOnceAccepted() {
    server.on(PLAN, PLANNED).on(UP, 202, ACCEPTED);
    Ran ran = Ran.of(server.env(), "up", file, "--detach");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("naru: accepted; `naru up");
  }

  @Test
  void jsonIsOneObjectOnStdout() throws IOException {
    server.on(PLAN, PLANNED).on(UP, 202, ACCEPTED).on(EVENTS, good());
    Ran ran = Ran.of(server.env(), "up", file, "-o", "json");
    var result = Json.read(ran.out().getBytes(StandardCharsets.UTF_8));
    assertThat(result.path("outcome").asText()).isEqualTo("reached");
    assertThat(result.path("items")).hasSize(2);
  }

  @Test
  void badFileStartsNothingAndNamesEveryProblem() throws IOException {
    Files.writeString(
        folder.resolve("bad.yaml"),
        """
        apiVersion: naru.dev/v1alpha1
        kind: Volume
        metadata: {name: a}
        spec: {size: -1Gi, sise: 2}
        """);
    Ran ran = Ran.of(server.env(), "up", folder.resolve("bad.yaml").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .contains("bad.yaml:4:")
        .contains("sise")
        .contains("2 problems, nothing was started");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void missingJarStartsNothing() throws IOException {
    Files.delete(folder.resolve("app.jar"));
    Ran ran = Ran.of(server.env(), "up", file);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("shop.yaml:4:").contains("app.jar").contains("1 problem,");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void problemsOfTheServerAreToldTheSameWay() {
    server.on(
        PLAN,
        422,
        "{\"code\":\"INVALID\",\"message\":\"cannot plan shop: 1"
            + " problem\",\"problems\":[{\"file\":\"shop.yaml\",\"line\":4,\"column\":2,\"path\":\"spec\",\"message\":\"too"
            + " large\"}]}");
    Ran ran = Ran.of(server.env(), "plan", file);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo("shop.yaml:4:2 spec: too large\nnaru: cannot plan shop: 1 problem\n");
  }

  @Test
  void planGoesToStdout() {
    server.on(PLAN, PLANNED);
    Ran ran = Ran.of(server.env(), "plan", file);
    assertThat(ran.code()).isZero();
    Golden.check("plan.txt", ran.out());
  }

  @Test
  void stdinNeedsAProject() {
    Ran ran = Ran.withInput(server.env(), "", "up", "-");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("give it with -p NAME");
  }
}
