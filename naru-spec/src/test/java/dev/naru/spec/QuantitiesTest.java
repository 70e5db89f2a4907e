package dev.naru.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1000, 1000",
    "1k, 1000",
    "1Ki, 1024",
    "512Mi, 536870912",
    "2Gi, 2147483648",
    "1.5Gi, 1610612736",
    "0.5Ki, 512",
    "3M, 3000000",
    "2G, 2000000000",
    "1T, 1000000000000",
    "1P, 1000000000000000",
    "1Ti, 1099511627776",
    "1Pi, 1125899906842624",
    "1e9, 1000000000",
    "12e2, 1200",
    "1.0, 1",
    "+5, 5",
    "500e-2, 5"
  })
  void readsSizesExactly(String text, long bytes) {
    assertThat(Bytes.parse(text).value()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Gi",
        "1 Gi",
        "1GiB",
        "1gi",
        "1K",
        "-1",
        "-1Gi",
        "NaN",
        ".inf",
        "1e400",
        "1e19",
        "1e-19",
        "1.5",
        "0.1",
        "0.3Ki",
        "1e-1",
        "1.",
        ".5",
        "0x10",
        "1_000",
        "8Ei",
        "9223372036854775808",
        "8192Pi",
        "1e3Ki",
        "٣",
        "99999999999999999999999999999999999999999"
      })
  void refusesWhatIsNoWholeSize(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"250m, 250", "0.5, 500", "2, 2000", "0.001, 1", "1e2, 100000", "1.25, 1250", "0, 0"})
  void readsCoresExactly(String text, long millis) {
    assertThat(Cpu.parse(text).millis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "0.0005", "0.5m", "-1", "-250m", "1k", "1Gi", "one", "1e400"})
  void refusesWhatIsNoWholeThousandthOfACore(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cpu.parse(text));
  }

  @Property
  void readsEverySizeThatItPrints(@ForAll @LongRange(min = 0) long bytes) {
    assertThat(Bytes.parse(new Bytes(bytes).toString())).isEqualTo(new Bytes(bytes));
  }

  @Property
  void readsEveryAmountOfCoresThatItPrints(@ForAll @LongRange(min = 0) long millis) {
    assertThat(Cpu.parse(new Cpu(millis).toString())).isEqualTo(new Cpu(millis));
  }

  @Property
  void refusesAnythingElseInWords(@ForAll @StringLength(max = 60) String text) {
    try {
      assertThat(Bytes.parse(text).value()).isNotNegative();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).containsAnyOf("expected", "must be");
    }
  }
}
