package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceMetricsTest {
  private static final Instant AT = Instant.ofEpochMilli(1_764_200_000_000L);

  private static final String TEXT =
      """
      # HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time
      # TYPE container_cpu_usage_seconds_total counter
      container_cpu_usage_seconds_total{container="main",namespace="bank",pod="fraud-x"} 3.25 1764200000000
      container_cpu_usage_seconds_total{container="drill-1",namespace="bank",pod="fraud-x"} 9 1764200000000
      container_cpu_usage_seconds_total{container="main",namespace="bank",pod="young"} 0.1 1764200000000
      container_memory_working_set_bytes{container="main",namespace="bank",pod="fraud-x"} 5.1e+07 1764200000000
      node_cpu_usage_seconds_total 5512.3 1764200000000
      node_memory_working_set_bytes 1.25e+09 1764200000000
      pod_cpu_usage_seconds_total{namespace="bank",pod="fraud-x"} 12.25 1764200000000
      resource_scrape_error 0
      """;

  @Test
  void readsTheProgramsOfPodsAndTheNode() {
    ResourceMetrics read = ResourceMetrics.read(TEXT);

    assertThat(read.node())
        .contains(
            new ResourceMetrics.Used(Duration.ofMillis(5_512_300), AT, new Bytes(1_250_000_000)));
    assertThat(read.pods())
        .isEqualTo(
            Map.of(
                new ResourceMetrics.Key("bank", "fraud-x"),
                new ResourceMetrics.Used(Duration.ofMillis(3250), AT, new Bytes(51_000_000))));
  }

  @Test
  void saysNothingWhereNothingIsTold() {
    assertThat(ResourceMetrics.read("resource_scrape_error 1\n").node()).isEmpty();
    assertThat(ResourceMetrics.read("").pods()).isEmpty();
  }
}
