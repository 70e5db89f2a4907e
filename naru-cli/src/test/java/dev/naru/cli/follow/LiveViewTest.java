package dev.naru.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.cli.talk.Json;
import dev.naru.cli.talk.Status;
import dev.naru.cli.talk.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiveViewTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();

  private LiveView view(Map<String, String> env) {
    PrintStream err = new PrintStream(drawn, true, StandardCharsets.UTF_8);
    return new LiveView(
        err, Terminal.none(env), CLOCK, List.of("training/fraud", "inference/fraud"));
  }

  private static Status training(String phase, String more) throws IOException {
    return new Status(
        Json.read(
            ("{\"kind\":\"Training\",\"metadata\":{\"name\":\"fraud\"},\"status\":{\"phase\":\""
                    + phase
                    + "\""
                    + more
                    + "}}")
                .getBytes(StandardCharsets.UTF_8)));
  }

  private String text() {
    return drawn.toString(StandardCharsets.UTF_8);
  }

  @Test
  void drawsABarWithStepMetricAndReplicas() throws IOException {
    LiveView view = view(Map.of("COLUMNS", "100", "LANG", "C.UTF-8", "NO_COLOR", "1"));
    view.show(
        training(
            "Running",
            ",\"attempt\":2,\"progress\":{\"step\":50,\"total\":100,\"metrics\":{\"auc\":0.93}},\"replicas\":[{\"phase\":\"Running\"},{\"phase\":\"Starting\"}]"));
    view.tick();
    assertThat(text())
        .contains(
            "training/fraud  ████████████░░░░░░░░░░░░  50/100  auc 0.93  1/2 replicas  Running "
                + " attempt 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"20", "30", "40", "79"})
  void neverWrapsInANarrowTerminal(String columns) throws IOException {
    LiveView view = view(Map.of("COLUMNS", columns, "NO_COLOR", "1"));
    view.show(
        training(
            "Pending",
            ",\"conditions\":[{\"type\":\"Ready\",\"message\":\"waits for preparation/transactions,"
                + " which is not done yet\"}]"));
    view.tick();
    assertThat(text().replaceAll("\033\\[[0-9]*[KJA]|\r", "").lines())
        .allMatch(l -> l.length() < Integer.parseInt(columns));
  }

  @Test
  void drawsAgainInPlaceInTheOrderOfTheFile() throws IOException {
    LiveView view = view(Map.of("COLUMNS", "80", "NO_COLOR", "1"));
    view.show(
        new Status(
            Json.read(
                "{\"kind\":\"Inference\",\"metadata\":{\"name\":\"fraud\"},\"status\":{\"phase\":\"Pending\"}}"
                    .getBytes(StandardCharsets.UTF_8))));
    view.show(training("Pending", ""));
    view.tick();
    view.show(training("Running", ""));
    view.tick();
    String second = text().substring(text().lastIndexOf("\033[3A"));
    assertThat(second.indexOf("training/fraud")).isBetween(0, second.indexOf("inference/fraud"));
  }

  @Test
  void textOfWorkloadsCannotSteerTheTerminal() throws IOException {
    LiveView view = view(Map.of("COLUMNS", "200", "NO_COLOR", "1"));
    view.show(
        training(
            "Failed",
            ",\"conditions\":[{\"type\":\"Ready\",\"message\":\"bad \\u001b]0;title\\u0007\"}]"));
    view.tick();
    assertThat(text()).contains("bad \\x1b]0;title\\x07").doesNotContain("\u001b]0");
  }
}
