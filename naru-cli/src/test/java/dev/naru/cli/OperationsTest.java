package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands about one resource, and those that stop. */
final class OperationsTest {
  @TempDir private Path home;
  private FakeServer server;

  @BeforeEach
  void startServer() {
    server = new FakeServer(home);
    for (String target : new String[] {"training", "inference", "preparation"}) {
      String object =
          "{\"kind\":\""
              + target
              + "\",\"metadata\":{\"name\":\"fraud\",\"namespace\":\"finance\"},\"spec\":{},\"status\":{\"phase\":\"Ready\"}}";
      server.on(
          "GET /api/v1/resources?kind=" + target + "&name=fraud", "{\"items\":[" + object + "]}");
    }
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void whyTellsTheCausesInTheOrderOfTime() {
    server.on(
        "GET /api/v1/resources/finance/training/fraud/why",
        "{\"summary\":\"fraud-2 runs its second"
            + " attempt\",\"causes\":[{\"at\":\"09:58:20\",\"text\":\"rank 1 ended by"
            + " \\u001b[31msignal 9\"}]}");
    assertThat(Ran.of(server.env(), "why", "training/fraud").out())
        .isEqualTo(
            "fraud-2 runs its second attempt\n  09:58:20  rank 1 ended by \\x1b[31msignal 9\n");
  }

  @Test
  void describeShowsStatusTablesAndEvents() {
    String one =
        Golden.resource("resources.json")
            .lines()
            .filter(l -> l.contains("\"Training\""))
            .findFirst()
            .orElseThrow();
    String rest = Golden.resource("resources.json");
    String training =
        rest.substring(
                rest.indexOf(one),
                rest.indexOf("{\"apiVersion\":\"naru.dev/v1alpha1\",\"kind\":\"Inference\""))
            .strip();
    server
        .on(
            "GET /api/v1/resources?kind=training&name=fraud",
            "{\"items\":[" + training.substring(0, training.length() - 1) + "]}")
        .on(
            "GET /api/v1/resources/finance/training/fraud/events?limit=50",
            "{\"items\":[{\"at\":\"2026-11-02T09:58:20.000Z\",\"level\":\"WARN\",\"reason\":\"RankLost\",\"message\":\"rank"
                + " 1 ended by signal 9\"}]}");
    Ran ran = Ran.of(server.env(), "describe", "training/fraud");
    assertThat(ran.code()).isZero();
    Golden.check("describe.txt", ran.out());
  }

  @Test
  void logsGoRawToAPipeAndEscapedToATerminal() {
    server.on(
        "GET /api/v1/resources/finance/training/fraud/logs?index=1&tail=5", "a\tb\u001b[2J\nc\n");
    String[] args = {"logs", "training/fraud", "--rank", "1", "--tail", "5"};
    assertThat(Ran.of(server.env(), args).out()).isEqualTo("a\tb\u001b[2J\nc\n");
    Terminal terminal = new Terminal(false, true, true, server.env());
    assertThat(Ran.in(terminal, server.env(), "", args).out()).isEqualTo("a\tb\\x1b[2J\nc\n");
  }

  @Test
  void rerunPrintsTheNewRun() {
    server.on("POST /api/v1/resources/finance/training/fraud/rerun", 202, "{\"run\":\"fraud-4\"}");
    Ran ran = Ran.of(server.env(), "rerun", "training/fraud");
    assertThat(ran.out()).isEqualTo("fraud-4\n");
    assertThat(Ran.of(server.env(), "rerun", "inference/fraud").err())
        .isEqualTo("naru: cannot rerun inference/fraud: expected one of training, preparation\n");
  }

  @Test
  void scaleSendsWhatWasAsked() {
    server.on(
        "POST /api/v1/resources/finance/inference/fraud/scale",
        "{\"spec\":{\"replicas\":{\"min\":2,\"max\":4}}}");
    assertThat(Ran.of(server.env(), "scale", "inference/fraud", "--replicas", "2").out())
        .isEqualTo("inference/fraud 2..4 replicas\n");
    assertThat(server.requests()).last().asString().endsWith("{\"replicas\":2}");
    assertThat(Ran.of(server.env(), "scale", "inference/fraud").code()).isEqualTo(2);
    assertThat(Ran.of(server.env(), "scale", "inference/fraud", "--min", "3", "--max", "2").err())
        .contains("--min 3 is above --max 2");
  }

  @Test
  void refusalKeepsItsWordsAndExitCode() {
    server.on(
        "POST /api/v1/resources/finance/inference/fraud/scale",
        409,
        "{\"code\":\"CONFLICT\",\"message\":\"cannot scale inference/fraud to 9: its maximum is 4;"
            + " raise --max\"}");
    Ran ran = Ran.of(server.env(), "scale", "inference/fraud", "--replicas", "9");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo("naru: cannot scale inference/fraud to 9: its maximum is 4; raise --max\n");
    server.on(
        "POST /api/v1/resources/finance/training/fraud/rerun",
        403,
        "{\"code\":\"REFUSED\",\"message\":\"cannot rerun\"}");
    assertThat(Ran.of(server.env(), "rerun", "training/fraud").code()).isEqualTo(3);
    server.on(
        "POST /api/v1/resources/finance/training/fraud/rerun",
        503,
        "{\"code\":\"ENGINE_UNREACHABLE\",\"message\":\"cannot rerun\"}");
    assertThat(Ran.of(server.env(), "rerun", "training/fraud").code()).isEqualTo(4);
  }

  @Test
  void drillTalksOnStderrAndGivesItsResultOnStdout() throws IOException {
    server.on(
        "POST /api/v1/resources/finance/training/fraud/drill",
        """
        event: note
        data: {"text":"fraud-2 has started"}

        event: run
        data: {"fault":"kill rank=1","recoverySeconds":0.4,"detectedSeconds":0.05,"resumedFromStep":40}

        event: result
        data: {"runs":[{"recoverySeconds":0.4}],"medianRecoverySeconds":0.4,"worstRecoverySeconds":0.4}

        """);
    Ran ran =
        Ran.of(
            server.env(),
            "drill",
            "training/fraud",
            "--kill",
            "rank=1",
            "--times",
            "1",
            "-o",
            "json");
    assertThat(ran.code()).isZero();
    assertThat(
            Json.read(ran.out().getBytes(StandardCharsets.UTF_8))
                .path("medianRecoverySeconds")
                .asDouble())
        .isEqualTo(0.4);
    assertThat(ran.err())
        .isEqualTo(
            "naru: fraud-2 has started\n"
                + "naru: kill rank=1: recovered in 0.4 s (detected in 0.05 s, resumed from step"
                + " 40)\n");
    assertThat(server.requests()).last().asString().endsWith("{\"kill\":\"rank=1\",\"times\":1}");
  }

  @Test
  void drillFailsWithItsError() {
    server.on(
        "POST /api/v1/resources/finance/training/fraud/drill",
        "event: error\n"
            + "data: {\"message\":\"cannot drill training/fraud: it never wrote a"
            + " checkpoint\"}\n\n");
    Ran ran = Ran.of(server.env(), "drill", "training/fraud", "--kill", "rank=0");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("never wrote a checkpoint");
    assertThat(Ran.of(server.env(), "drill", "inference/fraud", "--kill", "rank=0").err())
        .contains("expected replica");
  }

  @Test
  void downOfAProjectWaitsUntilItIsDown() {
    server
        .on("POST /api/v1/projects/finance/down", 202, "{}")
        .on("GET /api/v1/projects/finance", "{\"state\":\"down\"}");
    Ran ran = Ran.of(server.env(), "down", "-p", "finance");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEqualTo("naru: project finance is stopped\n");
  }

  @Test
  void purgeAsksFirst() {
    Ran ran = Ran.of(server.env(), "down", "-p", "finance", "--purge");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .contains("Volumes and models of project finance will be removed for good.")
        .contains("--yes");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void downWhereNothingRunsSaysSo(@TempDir Path other) {
    Ran ran =
        Ran.of(
            Map.of("NARU_HOME", other.toString(), "NARU_API_PORT", "25091"),
            "down",
            "--purge",
            "--yes");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEqualTo("naru: nothing runs\n");
  }

  @Test
  void versionTellsOfBothSides() {
    server.on(
        "GET /api/v1/version", "{\"version\":\"0.1.0\",\"build\":\"b1\",\"engine\":\"process\"}");
    assertThat(Ran.of(server.env(), "version").out())
        .contains("client 0.1.0")
        .contains("server 0.1.0, build b1, engine process");
    assertThat(
            Ran.of(
                    Map.of("NARU_HOME", home.resolve("x").toString(), "NARU_API_PORT", "25091"),
                    "version")
                .out())
        .contains("server not running");
  }

  @Test
  void doctorTellsEachCheckWithItsGrade() throws IOException {
    Ran ran = Ran.of(server.env(), "doctor", "-o", "json");
    var checks = Json.read(ran.out().getBytes(StandardCharsets.UTF_8)).path("checks");
    assertThat(checks.findValuesAsText("check"))
        .containsExactly(
            "jdk",
            "maven",
            "python",
            "disk",
            "home",
            "api port",
            "gateway port",
            "cgroup",
            "control plane",
            "gateway");
    assertThat(checks.findValuesAsText("grade")).isSubsetOf("ok", "warn", "fail");
  }

  @Test
  void aServerOfAnotherHomeIsNotTakenForOurs() throws IOException {
    java.nio.file.Files.writeString(home.resolve("server.pid"), "1");
    Ran ran = Ran.of(server.env(), "why", "training/fraud");
    assertThat(ran.code()).isEqualTo(4);
    assertThat(ran.err()).contains("is used by something else; set NARU_API_PORT");
  }
}
