package dev.naru.server.operator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate for serving TLS, of {@code tls.crt} and {@code tls.key} (PKCS#8, EC) in a folder:
 * each handshake has the newest one, looked for every two seconds at most.
 */
final class ServedCertificate extends X509ExtendedKeyManager {
  private static final Logger LOG = LoggerFactory.getLogger(ServedCertificate.class);
  private static final String ALIAS = "served";
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Path folder;
  private Pair pair;
  private Instant looked = Instant.now();

  private ServedCertificate(Path folder, Pair pair) {
    this.folder = folder;
    this.pair = pair;
  }

  /** The texts of the two files, and what is in them. */
  private record Pair(String text, X509Certificate certificate, PrivateKey key) {
    static Pair read(Path folder, @Nullable Pair before) throws IOException {
      String certificate = Files.readString(folder.resolve("tls.crt"));
      String key = Files.readString(folder.resolve("tls.key"));
      if (before != null && before.text.equals(certificate + key)) {
        return before;
      }
      try {
        String body = key.replaceAll("-----[^-]*-----", "").replaceAll("\\s", "");
        return new Pair(
            certificate + key,
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                        new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII))),
            KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body))));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new IOException("cannot read the certificate in " + folder + ": " + e, e);
      }
    }
  }

  /**
   * That of a folder.
   *
   * @throws IOException where there is none, or it cannot be read
   */
  static ServedCertificate of(Path folder) throws IOException {
    return new ServedCertificate(folder, Pair.read(folder, null));
  }

  /** For a server. */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {this}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS: " + e, e);
    }
  }

  /** Whether clients can believe it now. */
  boolean valid() {
    try {
      newest().certificate().checkValidity();
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private synchronized Pair newest() {
    Instant now = Instant.now();
    if (now.isAfter(looked.plus(EVERY))) {
      looked = now;
      try {
        pair = Pair.read(folder, pair);
      } catch (IOException e) {
        LOG.warn("goes on with the certificate before: {}", e.getMessage());
      }
    }
    return pair;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return ALIAS;
  }

  @Override
  public String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return ALIAS;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {newest().certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return newest().key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
