package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyKeyTest {
  private static final byte[] MESSAGE = Vectors.bytes("message.txt");

  @Test
  void acceptsWhatOpensslSigned() {
    VerifyKey key = Vectors.key("openssl.pub");

    assertThat(key.id())
        .isEqualTo("c4d43da5c5478636fe510ecf87429b5b9c3696bca91b03e1b967d423c368bbfd");
    assertThat(key.hint()).isEqualTo("xNQ9pcVHhjb+UQ7Ph0KbW5w2lrypGwPhuWfUI8Nou/0=");
    assertThat(key.pem()).isEqualTo(Vectors.text("openssl.pub"));
    assertThat(key.made(Base64.getDecoder().decode(Vectors.text("openssl.sig")), MESSAGE)).isTrue();
  }

  @Test
  void signsWithAKeyOfOpenssl() {
    VerifyKey key = Vectors.key("openssl.pub");
    SignKey secret = SignKey.parse(Vectors.text("openssl.pem"), key);

    assertThat(key.made(secret.sign(MESSAGE), MESSAGE)).isTrue();
    assertThat(secret).hasToString(key.toString());
  }

  @Test
  void refusesAFlippedBitInEachByteOfASignature() {
    SignKey secret = SignKey.generate();
    byte[] good = secret.sign(MESSAGE);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << (i % 8));
      assertThat(secret.shown().made(bad, MESSAGE)).as("byte %d", i).isFalse();
    }
    for (byte[] bad :
        List.of(
            new byte[0],
            new byte[] {0x30, 0x06, 2, 1, 0, 2, 1, 0},
            Arrays.copyOf(good, good.length + 1),
            new byte[10_000])) {
      assertThat(secret.shown().made(bad, MESSAGE)).isFalse();
    }
  }

  @Test
  void readsSeveralKeysAndRefusesOtherKinds() {
    String two = Vectors.text("openssl.pub") + SignKey.generate().shown().pem();

    assertThat(VerifyKey.parse("a comment\n" + two, "k.pub")).hasSize(2);
    for (String bad :
        List.of(
            "",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            Vectors.text("p384.pub"),
            two.replaceFirst("MFkw", "MF!w"))) {
      assertThatThrownBy(() -> VerifyKey.parse(bad, "k.pub"))
          .isInstanceOf(NaruException.class)
          .hasMessageStartingWith("cannot use k.pub as a public key: ")
          .hasMessageEndingWith("give what naru keys export prints, or a cosign.pub");
    }
  }

  @Test
  void aRevokedKeyIsNotTrustedTwice() {
    VerifyKey one = SignKey.generate().shown();
    VerifyKey two = SignKey.generate().shown();

    assertThat(new KeySet(List.of(one, two), List.of(two)).trusted()).containsExactly(one);
    assertThat(new KeySet(List.of(one, two), List.of()).hash())
        .isEqualTo(new KeySet(List.of(two, one), List.of()).hash())
        .isNotEqualTo(new KeySet(List.of(one), List.of(two)).hash());
  }
}
