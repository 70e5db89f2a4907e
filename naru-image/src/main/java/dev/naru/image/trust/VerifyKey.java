package dev.naru.image.trust;

import dev.naru.image.Hashes;
import dev.naru.image.Trouble;
import dev.naru.spec.signed.EcKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A public key: ECDSA on P-256 with SHA-256, the one algorithm that every version of cosign reads
 * the same. Its identity is the SHA-256 of its SubjectPublicKeyInfo.
 */
public final class VerifyKey {
  static final String LABEL = "PUBLIC KEY";

  private final EcKey key;
  private final byte[] spki;
  private final String id;

  private VerifyKey(EcKey key, byte[] spki) {
    this.key = key;
    this.spki = spki;
    this.id = Hashes.ofBytes(spki);
  }

  /**
   * From a SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException where it is anything but a key on P-256
   */
  static VerifyKey of(byte[] spki) {
    EcKey key = EcKey.of(spki);
    return new VerifyKey(key, key.spki());
  }

  /**
   * All keys of a text: PEM blocks {@code PUBLIC KEY}, as {@code cosign.pub} has one.
   *
   * @param from what the text is, for messages
   * @throws dev.naru.core.NaruException INVALID where there is none, or one of another kind
   */
  public static List<VerifyKey> parse(String text, String from) {
    try {
      List<VerifyKey> keys = Pem.read(LABEL, text).stream().map(VerifyKey::of).toList();
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("expected a PEM block PUBLIC KEY, found none");
      }
      return keys;
    } catch (IllegalArgumentException e) {
      throw Trouble.invalid(
          "cannot use "
              + from
              + " as a public key: "
              + e.getMessage()
              + "; give what naru keys export prints, or a cosign.pub");
    }
  }

  /** 64 hexadecimal digits: the SHA-256 of the SubjectPublicKeyInfo. */
  public String id() {
    return id;
  }

  /** The identity for people: its first 12 digits. */
  public String shortId() {
    return id.substring(0, 12);
  }

  /** The identity as bundles write it: the same hash in base64. */
  String hint() {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(id));
  }

  /** As {@code cosign verify --key} and openssl read it. */
  public String pem() {
    return Pem.write(LABEL, spki);
  }

  /** Whether a DER signature over the SHA-256 of these bytes was made by this key. */
  boolean made(byte[] signature, byte[] bytes) {
    return key.made(signature, bytes);
  }

  /** The SubjectPublicKeyInfo. */
  byte[] spki() {
    return spki.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifyKey k && k.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** The short identity. */
  @Override
  public String toString() {
    return "key " + shortId();
  }

  /** Bytes of a text that is signed or hashed. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
