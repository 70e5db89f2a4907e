package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuTimesTest {
  private static final Instant T = Instant.parse("2026-11-27T12:00:00Z");

  private final CpuTimes<String> times = new CpuTimes<>();

  private Duration until(int now, int cpu, int at) {
    return times.until(T.plusSeconds(now), "fraud", Duration.ofSeconds(cpu), T.plusSeconds(at));
  }

  @Test
  void goesOnAsBetweenTheLastTwoMeasurements() {
    assertThat(until(1, 10, 0)).isEqualTo(Duration.ofSeconds(10));
    assertThat(until(12, 15, 10)).isEqualTo(Duration.ofSeconds(16));
    assertThat(until(16, 15, 10)).isEqualTo(Duration.ofSeconds(18));
  }

  @Test
  void neverTellsLessThanBefore() {
    until(0, 10, 0);
    assertThat(until(14, 20, 10)).isEqualTo(Duration.ofSeconds(24));
    assertThat(until(20, 21, 20)).isEqualTo(Duration.ofSeconds(24));
  }

  @Test
  void doesNotGoOnForLongAfterTheLastMeasurement() {
    until(0, 0, 0);
    assertThat(until(500, 10, 10)).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void beginsAnewWithWhatWasStartedAgainOrForgotten() {
    until(0, 10, 0);
    until(10, 20, 10);
    assertThat(until(22, 1, 20)).isEqualTo(Duration.ofSeconds(1));
    times.keepOnly(Set.of());
    assertThat(until(40, 0, 30)).isEqualTo(Duration.ZERO);
  }
}
