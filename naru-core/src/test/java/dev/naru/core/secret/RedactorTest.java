package dev.naru.core.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactorTest {
  private static Redactor of(String... values) {
    return Redactor.of(Arrays.stream(values).map(v -> v.getBytes(UTF_8)).toList());
  }

  @Test
  void replacesEveryPlaceOfAValue() {
    assertThat(of("tr0ub4dor\n").redact("a=tr0ub4dor b=tr0ub4dor")).isEqualTo("a=*** b=***");
  }

  @Test
  void leavesOtherLinesAsTheyAre() {
    String line = "epoch 3 of 10";
    assertThat(of("tr0ub4dor").redact(line)).isSameAs(line);
    assertThat(Redactor.NOTHING.redact(line)).isSameAs(line);
  }

  @Test
  void doesNotLookForShortValues() {
    assertThat(of("12345").redact("12345 MTIzNDU=")).isEqualTo("12345 MTIzNDU=");
    assertThat(of("123456").redact("123456")).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "u", "us", "user:", "someone:"})
  void findsWhatBase64MakesOfAValueAfterAnything(String before) {
    String value = "correct horse?>battery";
    for (String after : List.of("", "x", "xy", "xyz")) {
      byte[] bytes = (before + value + after).getBytes(UTF_8);
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        String said = of(value).redact("Basic " + encoder.encodeToString(bytes));
        assertThat(said).contains("***");
        assertThat(said.length()).isLessThan(30);
      }
    }
  }

  @Test
  void findsTheLinesOfAKey() {
    Redactor redactor = of("-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nshort\n-----END KEY-----\n");
    assertThat(redactor.redact("  MIIEvQIBADANBgkq  ")).isEqualTo("  ***  ");
    assertThat(redactor.redact("short")).isEqualTo("short");
  }

  @Test
  void aValueThatIsPartOfAnotherLeavesNothingOfTheLongerOne() {
    assertThat(of("abcdef", "abcdefghij").redact("abcdefghij abcdef")).isEqualTo("*** ***");
  }

  @Test
  void aValueThatIsNoTextIsFoundInBase64() {
    byte[] value = {(byte) 0xff, (byte) 0xfe, 1, 2, 3, 4, 5, 6};
    Redactor redactor = Redactor.of(List.of(value));
    assertThat(redactor.redact("key " + Base64.getEncoder().encodeToString(value)))
        .startsWith("key ***");
  }

  @Test
  void saysNothingOfWhatItLooksFor() {
    assertThat(of("tr0ub4dor")).asString().doesNotContain("tr0ub4dor");
  }
}
