package dev.naru.image.trust;

import dev.naru.spec.signed.EcKey;
import dev.naru.spec.signed.ModelStatement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;

/** Signs models with the current key of a home. */
public final class ModelSigner {
  private final HomeKeys keys;

  /**
   * Of a home.
   *
   * @param home the folder of the home
   */
  public ModelSigner(Path home, Clock clock) {
    this.keys = new HomeKeys(home, clock);
  }

  /** Names the key that signs now; the key is made where there is none. */
  public String key() {
    return keys.signing().shown().id();
  }

  /** The signature of a model, one line of JSON: a bundle as OpenSSF Model Signing writes it. */
  public String sign(ModelStatement statement) {
    SignKey key = keys.signing();
    String hint = EcKey.of(key.shown().spki()).modelHint();
    return new String(Bundle.write(key, statement.bytes(), hint), StandardCharsets.UTF_8);
  }

  /** Whose signatures are accepted: the SubjectPublicKeyInfo of each key, in base64. */
  public List<String> accepted() {
    return keys.keySet().trusted().stream()
        .map(k -> Base64.getEncoder().encodeToString(k.spki()))
        .toList();
  }
}
