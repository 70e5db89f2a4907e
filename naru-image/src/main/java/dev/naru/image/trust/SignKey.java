package dev.naru.image.trust;

import dev.naru.spec.signed.EcKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * A key pair that signs. Its private half leaves this class only as PKCS#8, for the home's file or
 * the Secret of a cluster; that of a token not at all.
 */
public final class SignKey {
  private static final String LABEL = "PRIVATE KEY";

  private final PrivateKey secret;
  private final VerifyKey shown;

  /** Who signs with it; empty for whichever of the JDK's can. */
  private final Optional<Provider> provider;

  private SignKey(PrivateKey secret, VerifyKey shown) {
    this(secret, shown, Optional.empty());
  }

  private SignKey(PrivateKey secret, VerifyKey shown, Optional<Provider> provider) {
    this.secret = secret;
    this.shown = shown;
    this.provider = provider;
  }

  /** One whose private half never leaves the provider's token. */
  static SignKey of(Provider provider, PrivateKey secret, VerifyKey shown) {
    return new SignKey(secret, shown, Optional.of(provider));
  }

  /** A new key pair. */
  static SignKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new SignKey(pair.getPrivate(), VerifyKey.of(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has P-256", e);
    }
  }

  /**
   * From its file.
   *
   * @throws IllegalArgumentException where the text is no private key, or not that of {@code shown}
   */
  static SignKey parse(String pem, VerifyKey shown) {
    List<byte[]> blocks = Pem.read(LABEL, pem);
    if (blocks.size() != 1) {
      throw new IllegalArgumentException("expected one PEM block PRIVATE KEY");
    }
    SignKey key;
    try {
      key =
          new SignKey(
              KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0))),
              shown);
      if (key.fits()) {
        return key;
      }
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new IllegalArgumentException("expected a private key on P-256", e);
    }
    throw new IllegalArgumentException("it belongs to another public key");
  }

  /** Whether the private half is that of the public one: what it signs verifies. */
  boolean fits() {
    byte[] probe = VerifyKey.utf8("naru");
    return shown.made(sign(probe), probe);
  }

  /** The public half. */
  public VerifyKey shown() {
    return shown;
  }

  /** A DER signature over the SHA-256 of these bytes; another one each time. */
  byte[] sign(byte[] bytes) {
    try {
      Signature signature =
          provider.isPresent()
              ? Signature.getInstance(EcKey.ALGORITHM, provider.get())
              : Signature.getInstance(EcKey.ALGORITHM);
      signature.initSign(secret);
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + shown, e);
    }
  }

  /** PKCS#8 in PEM: a secret. */
  String pem() {
    return Pem.write(LABEL, secret.getEncoded());
  }

  /** Says nothing of the private half. */
  @Override
  public String toString() {
    return shown.toString();
  }
}
