package dev.naru.spec.signed;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A public key that checks signatures: ECDSA on P-256 with SHA-256, and nothing else. */
public final class EcKey {
  /** The one algorithm, as the JDK calls it. */
  public static final String ALGORITHM = "SHA256withECDSA";

  /**
   * The SubjectPublicKeyInfo of every P-256 key begins so (RFC 5480): the curve by name, the point
   * uncompressed. Any other encoding of the same key would have another identity.
   */
  private static final byte[] PREFIX =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final int LENGTH = PREFIX.length + 64;

  private final PublicKey key;
  private final byte[] spki;

  private EcKey(PublicKey key, byte[] spki) {
    this.key = key;
    this.spki = spki;
  }

  /**
   * From a SubjectPublicKeyInfo.
   *
   * @throws IllegalArgumentException where it is anything but a key on P-256
   */
  public static EcKey of(byte[] spki) {
    if (spki.length != LENGTH || !Arrays.equals(spki, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
      throw new IllegalArgumentException("expected an ECDSA key on P-256");
    }
    try {
      byte[] own = spki.clone();
      return new EcKey(
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(own)), own);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("expected a point on P-256", e);
    }
  }

  /** Its SubjectPublicKeyInfo. */
  public byte[] spki() {
    return spki.clone();
  }

  /** Its identity: the SHA-256 of its SubjectPublicKeyInfo, 64 hexadecimal digits. */
  public String id() {
    return sha256(spki);
  }

  /** As openssl writes it, with lines of 64 characters. */
  public String pem() {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki);
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }

  /** How signatures of models name it: the SHA-256 of its PEM, 64 hexadecimal digits. */
  public String modelHint() {
    return sha256(pem().getBytes(StandardCharsets.US_ASCII));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Whether a DER signature over the SHA-256 of these bytes was made by this key. */
  public boolean made(byte[] signature, byte[] bytes) {
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(key);
      check.update(bytes);
      return check.verify(signature);
    } catch (SignatureException _) {
      return false; // no signature at all: not even its encoding is right
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has " + ALGORITHM, e);
    }
  }

  /** The first digits of its identity. */
  @Override
  public String toString() {
    return "key " + id().substring(0, 12);
  }
}
