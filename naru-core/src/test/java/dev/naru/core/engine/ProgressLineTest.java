package dev.naru.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  @Test
  void readsStepTotalAndMetrics() {
    assertThat(
            ProgressLine.parse(
                "naru:progress {\"step\":120,\"total\":1000,\"metrics\":{\"auc\":0.93,\"n\":-2e1}}",
                NOW))
        .contains(
            new Progress(
                120, Optional.of(1000L), new TreeMap<>(Map.of("auc", 0.93, "n", -20.0)), NOW));
  }

  @Test
  void readsAStepAlone() {
    assertThat(ProgressLine.parse("naru:progress { \"step\" : 0 }", NOW))
        .contains(new Progress(0, Optional.empty(), new TreeMap<>(), NOW));
  }

  @Test
  void skipsKeysThatItDoesNotKnow() {
    assertThat(
            ProgressLine.parse(
                "naru:progress {\"note\":\"\\u00e9\\n\",\"list\":[1,{\"a\":null}],\"step\":3}",
                NOW))
        .map(Progress::step)
        .contains(3L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "naru:progress",
        "naru:progress ",
        "naru:progress 3",
        "naru:progress {}",
        "naru:progress {\"step\":-1}",
        "naru:progress {\"step\":1.5}",
        "naru:progress {\"step\":01}",
        "naru:progress {\"step\":\"1\"}",
        "naru:progress {\"step\":1,\"step\":2}",
        "naru:progress {\"step\":1} and more",
        "naru:progress {\"step\":1,\"total\":\"many\"}",
        "naru:progress {\"step\":1,\"metrics\":{\"auc\":NaN}}",
        "naru:progress {\"step\":1,\"metrics\":{\"auc\":1e999}}",
        "naru:progress {\"step\":1,\"metrics\":[]}",
        "naru:progress {\"step\":1,\"x\":[[[[[[[[[[[[1]]]]]]]]]]]]}",
        "naru:progress {\"step\":1,}",
        "naru:progress {\"step\":1",
        " naru:progress {\"step\":1}",
        "naru:progressive {\"step\":1}"
      })
  void junkIsNoProgress(String line) {
    assertThat(ProgressLine.parse(line, NOW)).isEmpty();
  }

  @Test
  void lineOfUnreasonableLengthIsJunk() {
    String line = "naru:progress {\"step\":1,\"note\":\"" + "x".repeat(9000) + "\"}";
    assertThat(ProgressLine.parse(line, NOW)).isEmpty();
  }

  @Property
  void noTextThrows(@ForAll String text) {
    assertThat(ProgressLine.parse(ProgressLine.PREFIX + text, NOW)).isNotNull();
    assertThat(ProgressLine.parse(ProgressLine.PREFIX + "{\"step\":" + text, NOW)).isNotNull();
  }
}
