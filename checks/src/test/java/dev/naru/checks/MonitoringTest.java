package dev.naru.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.server.api.LoopFigures;
import dev.naru.server.api.Metrics;
import dev.naru.serving.gateway.GatewayService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts, dashboard and docs speak of metrics that there are. */
class MonitoringTest {
  private static final Path CHART = Path.of("../charts/naru");
  private static final Path DOCS = Path.of("../docs/kubernetes-operations.md");
  private static final Pattern NAME = Pattern.compile("naru_[a-z_]+[a-z]");
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path home;

  /** What operator and gateway tell, by the lines that begin a metric. */
  private Set<String> told() throws IOException, InterruptedException {
    String operator =
        Metrics.operator(
            Optional.of(
                new Metrics.Work(LoopFigures.NONE, List.of(), _ -> "", 0, Optional.of(true))));
    Set<String> names = new TreeSet<>();
    for (String line : (operator + gateway()).lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        names.add(words[2]);
        if (words[3].equals("histogram")) {
          List.of("_bucket", "_sum", "_count").forEach(end -> names.add(words[2] + end));
        }
      }
    }
    return names;
  }

  private String gateway() throws IOException, InterruptedException {
    GatewayService gateway =
        GatewayService.start(
            new GatewayService.Settings(
                ANY, ANY, home, "secret", Optional.of(ANY), Optional.empty()));
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI metrics =
          URI.create(
              "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + "/metrics");
      return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    } finally {
      gateway.drain(Duration.ZERO);
    }
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    NAME.matcher(text).results().forEach(m -> names.add(m.group()));
    return names;
  }

  @Test
  void alertsWatchMetricsThatThereAre() throws IOException, InterruptedException {
    Set<String> used = names(Files.readString(CHART.resolve("monitoring/alerts.yaml")));

    assertThat(used).hasSizeGreaterThan(8);
    assertThat(told()).containsAll(used);
  }

  @Test
  void theDashboardDrawsMetricsThatThereAre() throws IOException, InterruptedException {
    JsonNode dashboard =
        new ObjectMapper().readTree(CHART.resolve("dashboards/naru.json").toFile());
    StringBuilder expressions = new StringBuilder();
    dashboard.findValues("expr").forEach(e -> expressions.append(e.asText()).append('\n'));
    dashboard.findValues("query").forEach(q -> expressions.append(q.toString()).append('\n'));

    assertThat(names(expressions.toString())).hasSizeGreaterThan(15);
    assertThat(told()).containsAll(names(expressions.toString()));
  }

  @Test
  void theDocsDescribeEveryMetric() throws IOException, InterruptedException {
    Set<String> described = new TreeSet<>();
    Files.readString(DOCS)
        .lines()
        .filter(l -> l.startsWith("| `naru_"))
        .forEach(l -> described.addAll(names(l.split("\\|", 3)[1])));
    Set<String> told = told();
    told.removeIf(n -> n.matches(".*_seconds_(bucket|sum|count)"));

    assertThat(described).isEqualTo(told);
  }
}
