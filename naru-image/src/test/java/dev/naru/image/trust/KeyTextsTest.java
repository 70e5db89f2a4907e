package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyTextsTest {
  private static final byte[] MESSAGE = VerifyKey.utf8("a message");

  @Test
  void whatWasMadeIsReadAsTheSameKey() {
    Map<String, String> texts = KeyTexts.make();

    SignKey key = KeyTexts.read(texts, "a secret");

    assertThat(texts).containsOnlyKeys(KeyTexts.PRIVATE, KeyTexts.PUBLIC);
    assertThat(key.shown().pem()).isEqualTo(texts.get(KeyTexts.PUBLIC));
    assertThat(key.shown().made(key.sign(MESSAGE), MESSAGE)).isTrue();
    assertThat(KeyTexts.make()).isNotEqualTo(texts);
  }

  @Test
  void halvesThatAreMissingDamagedOrOfTwoPairsAreRefusedWithTheNextStep() {
    Map<String, String> good = KeyTexts.make();
    Map<String, String> other = KeyTexts.make();
    String secret = good.getOrDefault(KeyTexts.PRIVATE, "");
    String shown = good.getOrDefault(KeyTexts.PUBLIC, "");

    refuses(Map.of(), "expected one PEM block PUBLIC KEY in public.pem");
    refuses(Map.of(KeyTexts.PUBLIC, shown), "expected one PEM block PRIVATE KEY");
    refuses(
        Map.of(KeyTexts.PUBLIC, shown, KeyTexts.PRIVATE, secret.substring(0, 100)),
        "expected one PEM block PRIVATE KEY");
    refuses(
        Map.of(KeyTexts.PUBLIC, shown, KeyTexts.PRIVATE, other.getOrDefault(KeyTexts.PRIVATE, "")),
        "it belongs to another public key");
  }

  private static void refuses(Map<String, String> texts, String why) {
    assertThatThrownBy(() -> KeyTexts.read(texts, "secret k in namespace n"))
        .isInstanceOf(NaruException.class)
        .hasMessage(
            "cannot sign with the key of secret k in namespace n: "
                + why
                + "; delete it and restart the operator, which makes another");
  }
}
