package dev.naru.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "50ms, 50",
    "10s, 10000",
    "1m, 60000",
    "2h, 7200000",
    "1m30s, 90000",
    "1h1m1s1ms, 3661001",
    "0s, 0",
    "90s, 90000",
    "1500ms, 1500"
  })
  void readsDurationsExactly(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "1.5s", "-5s", "5s1m", "1d", "1 s", "1S", "1s1s", "PT1S"})
  void refusesWhatIsNoDuration(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessageStartingWith("expected a duration such as 50ms");
  }

  @Property
  void readsEveryDurationThatItPrints(
      @ForAll @LongRange(min = 0, max = 3_600_000_000_000L) long millis) {
    Duration duration = Duration.ofMillis(millis);

    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
  }
}
