package dev.naru.image.trust;

import dev.naru.image.Disk;
import dev.naru.image.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A private key in a PKCS#11 token, such as an HSM, by the JDK's provider SunPKCS11. The token has
 * a certificate beside it under the same alias, as {@code keytool} makes it: the JDK finds no key
 * without one.
 *
 * @param config the provider's configuration: {@code name}, {@code library}, a slot
 * @param alias the key's name in the token
 * @param pinFile a file for its owner only with the PIN, a line; empty for a token that asks for
 *     none
 */
public record Token(Path config, String alias, Optional<Path> pinFile) {
  /**
   * The key; the token is asked now and at each signature.
   *
   * @throws dev.naru.core.NaruException FAILED where the token, its PIN or the key is not there or
   *     not as it must be: what, where and what next
   */
  SignKey open() {
    String what = "cannot use key '" + alias + "' of the token of " + config + ": ";
    Provider sun = Security.getProvider("SunPKCS11");
    if (sun == null) {
      throw Trouble.failed(what + "this JDK has no provider SunPKCS11; use one that has");
    }
    if (!Files.isReadable(config)) {
      throw Trouble.failed(what + "there is no such file to read; correct its path");
    }
    try {
      Provider provider = sun.configure(config.toString());
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      store.load(null, pin());
      Key key = store.getKey(alias, null);
      Certificate certificate = store.getCertificate(alias);
      if (!(key instanceof PrivateKey secret) || certificate == null) {
        throw Trouble.failed(
            what
                + "expected a private key with a certificate under that alias; keytool -list"
                + " -keystore NONE -storetype PKCS11 shows what there is, docs/trust.md how one is"
                + " made");
      }
      VerifyKey shown = VerifyKey.of(certificate.getPublicKey().getEncoded());
      SignKey made = SignKey.of(provider, secret, shown);
      if (!made.fits()) {
        throw Trouble.failed(what + "its certificate is of another key; make both anew");
      }
      return made;
    } catch (IllegalArgumentException e) {
      throw Trouble.failed(what + e.getMessage());
    } catch (GeneralSecurityException | IOException | ProviderException | IllegalStateException e) {
      throw Trouble.failed(what + reason(e) + "; see that token, slot and PIN are right");
    }
  }

  private char @Nullable [] pin() throws IOException {
    if (pinFile.isEmpty()) {
      return null;
    }
    Path file = pinFile.get();
    Optional<String> shared = Disk.shared(file);
    if (shared.isPresent()) {
      throw new IllegalArgumentException("the PIN: " + shared.get());
    }
    return Files.readString(file).strip().toCharArray();
  }

  /** What the library said, which the JDK wraps. */
  private static String reason(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
  }
}
