package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.image.trust.KeyTexts;
import dev.naru.image.trust.SignKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ModelKeyTest {
  private Optional<Map<String, String>> secret = Optional.empty();
  private int asked;

  private Map<String, String> kept(Supplier<Map<String, String>> make) {
    asked++;
    if (secret.isEmpty()) {
      secret = Optional.of(make.get());
    }
    return secret.get();
  }

  private ModelKey key() {
    return new ModelKey(this::kept, "secret k in namespace n");
  }

  @Test
  void nobodyIsAskedBeforeSomethingIsSigned() {
    key();
    assertThat(asked).isZero();
  }

  @Test
  void theNextOperatorHasTheSameKey() {
    assertThat(key().get().shown()).isEqualTo(key().get().shown());
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void itStaysUntilTheOperatorEndsWhateverBecomesOfTheSecret() {
    ModelKey running = key();
    SignKey before = running.get();
    secret = Optional.of(KeyTexts.make());

    assertThat(running.get().shown()).isEqualTo(before.shown());
    assertThat(key().get().shown()).isNotEqualTo(before.shown());
  }

  @Test
  void whatCannotBeReadIsAskedForAgain() {
    secret = Optional.of(Map.of());
    ModelKey key = key();
    assertThatThrownBy(key::get)
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(Code.FAILED))
        .hasMessageStartingWith("cannot sign with the key of secret k in namespace n: ");

    secret = Optional.empty();
    assertThat(key.get().shown().id()).hasSize(64);
  }
}
