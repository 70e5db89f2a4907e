package dev.naru.image.trust;

import dev.naru.spec.signed.EcKey;
import dev.naru.spec.signed.ModelStatement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/** Signs models with the current key of a home, or with one key that is kept elsewhere. */
public final class ModelSigner {
  private final Supplier<SignKey> signing;
  private final Supplier<List<VerifyKey>> trusted;

  /**
   * Of a home.
   *
   * @param home the folder of the home
   */
  public ModelSigner(Path home, Clock clock) {
    HomeKeys keys = new HomeKeys(home, clock);
    this.signing = keys::signing;
    this.trusted = () -> keys.keySet().trusted();
  }

  /**
   * With one key, whose signatures alone are accepted.
   *
   * @param key asked for each time
   */
  public ModelSigner(Supplier<SignKey> key) {
    this.signing = key;
    this.trusted = () -> List.of(key.get().shown());
  }

  /** Names the key that signs now; that of a home is made where there is none. */
  public String key() {
    return signing.get().shown().id();
  }

  /** The signature of a model, one line of JSON: a bundle as OpenSSF Model Signing writes it. */
  public String sign(ModelStatement statement) {
    SignKey key = signing.get();
    String hint = EcKey.of(key.shown().spki()).modelHint();
    return new String(Bundle.write(key, statement.bytes(), hint), StandardCharsets.UTF_8);
  }

  /** Whose signatures are accepted: the SubjectPublicKeyInfo of each key, in base64. */
  public List<String> accepted() {
    return trusted.get().stream().map(k -> Base64.getEncoder().encodeToString(k.spki())).toList();
  }
}
