package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  private static final List<String> KNOWN = List.of("size", "access", "checkpoints", "image");

  @ParameterizedTest
  @CsvSource({
    "sise, size",
    "Size, size",
    "szie, size",
    "acess, access",
    "checkpoint, checkpoints",
    "chekcponts, checkpoints",
    "imgae, image"
  })
  void suggestsWhatWasMeant(String found, String meant) {
    assertThat(Words.nearest(found, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"x", "memory", "si", "imagination"})
  void suggestsNothingFarFetched(String found) {
    assertThat(Words.nearest(found, KNOWN)).isEmpty();
  }

  @Test
  void listsWhatThereIsWhereNothingIsNear() {
    assertThat(Words.suggest("x", KNOWN))
        .isEqualTo("known are size, access, checkpoints and image");
    assertThat(Words.suggest("x", List.of("size"))).isEqualTo("known is size");
    assertThat(Words.suggest("x", List.of())).isEqualTo("there are none");
  }

  @Test
  void showsControlCharactersAsNumbersAndCutsLongTexts() {
    assertThat(Words.quote("a\u001b[31m\n\u202eb")).isEqualTo("'a\\u001B[31m\\u000A\\u202Eb'");
    assertThat(Words.quote("x".repeat(61))).isEqualTo("'" + "x".repeat(60) + "…'");
  }

  @Property
  void measuresDistanceTheSameBothWays(
      @ForAll @StringLength(max = 12) String a, @ForAll @StringLength(max = 12) String b) {
    assertThat(Words.distance(a, b)).isEqualTo(Words.distance(b, a));
    assertThat(Words.distance(a, a)).isZero();
  }
}
