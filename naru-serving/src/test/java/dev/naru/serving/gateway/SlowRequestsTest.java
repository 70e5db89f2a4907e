package dev.naru.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowRequestsTest {
  @Test
  void countsRequestsBeyondTheBoundOnly() {
    Counters counters = new Counters();
    counters.completed(49_000_000, 60_000_000, 50_000_000);
    counters.completed(51_000_000, 60_000_000, 50_000_000);
    counters.completed(51_000_000, 60_000_000, 0);
    assertThat(counters.slow).isEqualTo(1);
    assertThat(counters.completed).isEqualTo(3);
  }

  @Test
  void takesTheBoundFromTheTable() throws RoutesReader.BadRoutesException {
    assertThat(slowAfter(",\"slowAfterMillis\":50")).isEqualTo(Duration.ofMillis(50));
    assertThat(slowAfter("")).isZero();
  }

  private static Duration slowAfter(String field) throws RoutesReader.BadRoutesException {
    String json =
        """
        {"version":1,"routes":[{"project":"p","inference":"i","queue":{"limit":1,"timeoutMillis":1000}%s,"revisions":[]}]}
        """
            .formatted(field);
    return RoutesReader.read(json.getBytes(StandardCharsets.UTF_8)).routes().getFirst().slowAfter();
  }
}
