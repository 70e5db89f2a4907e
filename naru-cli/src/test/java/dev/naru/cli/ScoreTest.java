package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreTest {
  private static final String INFER = "POST /v2/models/fraud/infer";
  @TempDir private Path home;
  private FakeServer server;

  @BeforeEach
  void startServer() {
    server = new FakeServer(home);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private static String answer(String data) {
    return "{\"model_name\":\"fraud\",\"model_version\":\"3\",\"outputs\":[{\"name\":\"score\",\"data\":["
        + data
        + "]}]}";
  }

  @Test
  void scoresARow() {
    server.on(INFER, answer("0.0123"));
    Ran ran =
        Ran.of(
            server.env(),
            "score",
            "fraud",
            "--data",
            "{\"amount\": 12.50, \"online\": true, \"ratio\": null}");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            "{\"name\":\"fraud\",\"model\":{\"name\":\"fraud\",\"version\":3},\"score\":0.0123}\n");
    assertThat(server.requests().getFirst())
        .isEqualTo(
            INFER
                + " {\"inputs\":[{\"name\":\"amount\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[12.50]},"
                + "{\"name\":\"online\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]},"
                + "{\"name\":\"ratio\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[null]}]}");
  }

  @Test
  void scoresAnArrayWithAnArrayAndTakesAbsentColumnsForMissing() {
    server.on(INFER, answer("0.1,0.2"));
    Ran ran = Ran.of(server.env(), "score", "fraud", "--data", "[{\"a\":1},{\"b\":2}]");
    assertThat(ran.out()).startsWith("[{").contains("\"score\":0.1}", "\"score\":0.2}]");
    assertThat(server.requests().getFirst()).contains("\"data\":[1,null]", "\"data\":[null,2]");
  }

  @Test
  void sendsAReadyBodyAsItIs() throws IOException {
    server.on(INFER, answer("0.5"));
    Path body = home.resolve("body.json");
    Files.writeString(
        body, "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP64\",\"data\":[1]}]}");
    assertThat(Ran.of(server.env(), "score", "fraud", "--file", body.toString()).out())
        .contains("\"score\":0.5");
    assertThat(server.requests().getFirst()).isEqualTo(INFER + " " + Files.readString(body));
  }

  @Test
  void asksTheProjectsOwnAddressWhereOneIsGiven() {
    server.on("POST /finance/fraud/v2/models/fraud/infer", answer("0.5"));
    assertThat(
            Ran.of(server.env(), "score", "fraud", "-p", "finance", "--data", "{\"a\":1}").code())
        .isZero();
  }

  @Test
  void tellsWhatTheModelServerRefused() {
    server.on(INFER, 400, "{\"error\":\"unknown column 'amont'; did you mean 'amount'?\"}");
    Ran ran = Ran.of(server.env(), "score", "fraud", "--data", "{\"amont\":1}");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "naru: cannot score with fraud: unknown column 'amont'; did you mean 'amount'?\n");
  }

  @Test
  void refusesWhatIsNoRow() {
    assertThat(Ran.of(server.env(), "score", "fraud", "--data", "{\"a\":\"x\"}").err())
        .contains("column 'a' of row 0 is \"x\"; expected a number");
    assertThat(Ran.of(server.env(), "score", "fraud", "--data", "{\"a\":").err())
        .contains("cannot read --data");
    assertThat(Ran.of(server.env(), "score", "fraud", "--data", "[]").code()).isEqualTo(2);
    assertThat(Ran.of(server.env(), "score", "fraud").code()).isEqualTo(2);
    assertThat(Ran.of(server.env(), "score", "fraud", "-f", "/none.json").err())
        .isEqualTo("naru: cannot read /none.json: there is no such file\n");
  }
}
