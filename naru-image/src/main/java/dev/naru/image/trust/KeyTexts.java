package dev.naru.image.trust;

import dev.naru.image.Trouble;
import java.util.List;
import java.util.Map;

/** A key pair as texts by name, for a place other than a home: the Secret of a cluster. */
public final class KeyTexts {
  /** The half that signs: PKCS#8 in PEM. */
  public static final String PRIVATE = "private.pem";

  /** The half that everybody may have, as {@code naru keys export} prints one. */
  public static final String PUBLIC = "public.pem";

  private KeyTexts() {}

  /** Those of a new key pair. */
  public static Map<String, String> make() {
    SignKey made = SignKey.generate();
    return Map.of(PRIVATE, made.pem(), PUBLIC, made.shown().pem());
  }

  /**
   * The key pair that they are.
   *
   * @param from where they are kept, for the message
   * @throws dev.naru.core.NaruException FAILED where one is missing or damaged, or they do not
   *     belong together
   */
  public static SignKey read(Map<String, String> texts, String from) {
    try {
      List<VerifyKey> shown =
          Pem.read(VerifyKey.LABEL, texts.getOrDefault(PUBLIC, "")).stream()
              .map(VerifyKey::of)
              .toList();
      if (shown.size() != 1) {
        throw new IllegalArgumentException("expected one PEM block PUBLIC KEY in " + PUBLIC);
      }
      return SignKey.parse(texts.getOrDefault(PRIVATE, ""), shown.getFirst());
    } catch (IllegalArgumentException e) {
      throw Trouble.failed(
          "cannot sign with the key of %s: %s; delete it and restart the operator, which makes another"
              .formatted(from, e.getMessage()));
    }
  }
}
