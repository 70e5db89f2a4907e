package dev.naru.engine.kubernetes;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An authority of Naru's own and a certificate that it gave out, as PEM texts by file name. Both
 * are renewed when two thirds of their time are over; the authority before stays in {@code ca.crt}
 * as long as it is valid, so that what was given out by it is believed until it is replaced. Needs
 * no clock of its own.
 */
final class Certificates {
  /** Authorities to believe, the newest first. */
  static final String AUTHORITIES = "ca.crt";

  static final String AUTHORITY_KEY = "ca.key";
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";

  private static final Duration AUTHORITY_LASTS = Duration.ofDays(365);
  private static final Duration LASTS = Duration.ofDays(30);

  /** Clocks of machines differ. */
  private static final Duration SKEW = Duration.ofMinutes(10);

  private static final SecureRandom RANDOM = new SecureRandom();

  private Certificates() {}

  /** Who vouches: a certificate and its key. */
  private record Authority(X509Certificate certificate, PrivateKey key) {}

  /**
   * What there should be now.
   *
   * @param there what there is, empty at first; what cannot be read is made anew
   * @param name what the certificate is for, such as {@code naru-webhook.naru-system.svc}
   * @return the same map where nothing is to be renewed
   */
  static Map<String, String> renewed(Map<String, String> there, String name, Instant now) {
    Optional<Authority> authority = authority(there).filter(a -> fresh(a.certificate(), now));
    Optional<X509Certificate> leaf = certificates(there.get(CERTIFICATE)).stream().findFirst();
    if (authority.isPresent()
        && leaf.filter(l -> fresh(l, now) && isFor(l, name) && by(l, authority.get())).isPresent()
        && key(there.get(KEY)).isPresent()) {
      return there;
    }
    try {
      return made(authority.isPresent() ? authority.get() : authority(now), there, name, now);
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("this Java cannot make a certificate: " + e.getMessage(), e);
    }
  }

  /** When the certificate ends; empty where it cannot be read. */
  static Optional<Instant> ends(Map<String, String> there) {
    return certificates(there.get(CERTIFICATE)).stream()
        .findFirst()
        .map(c -> c.getNotAfter().toInstant());
  }

  private static boolean fresh(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration all = Duration.between(from, certificate.getNotAfter().toInstant());
    return !now.isBefore(from) && now.isBefore(from.plus(all.multipliedBy(2).dividedBy(3)));
  }

  private static boolean by(X509Certificate leaf, Authority authority) {
    try {
      leaf.verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isFor(X509Certificate leaf, String name) {
    try {
      return leaf.getSubjectAlternativeNames() != null
          && leaf.getSubjectAlternativeNames().stream().anyMatch(n -> name.equals(n.get(1)));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Map<String, String> made(
      Authority authority, Map<String, String> there, String name, Instant now)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    KeyPair pair = pair();
    X509Certificate leaf =
        sign(
            authority.key(),
            builder(authority.certificate().getSubjectX500Principal(), name, pair, LASTS, now)
                .addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)))
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false)));
    List<X509Certificate> believed = new ArrayList<>(List.of(authority.certificate()));
    certificates(there.get(AUTHORITIES)).stream()
        .filter(
            c -> !c.equals(authority.certificate()) && now.isBefore(c.getNotAfter().toInstant()))
        .forEach(believed::add);
    return Map.of(
        AUTHORITIES,
        pem(believed),
        AUTHORITY_KEY,
        pem("PRIVATE KEY", authority.key().getEncoded()),
        CERTIFICATE,
        pem(List.of(leaf)),
        KEY,
        pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  private static Authority authority(Instant now)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    KeyPair pair = pair();
    String name = "naru " + Long.toString(now.getEpochSecond(), 36);
    return new Authority(
        sign(
            pair.getPrivate(),
            builder(new X500Principal("CN=" + name), name, pair, AUTHORITY_LASTS, now)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))),
        pair.getPrivate());
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer, String name, KeyPair pair, Duration lasts, Instant now) {
    Instant from = now.minus(SKEW);
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(120, RANDOM),
        Date.from(from),
        Date.from(from.plus(lasts)),
        new X500Principal("CN=" + name),
        pair.getPublic());
  }

  private static X509Certificate sign(PrivateKey key, X509v3CertificateBuilder builder)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static Optional<Authority> authority(Map<String, String> there) {
    Optional<X509Certificate> newest = certificates(there.get(AUTHORITIES)).stream().findFirst();
    return newest.flatMap(c -> key(there.get(AUTHORITY_KEY)).map(k -> new Authority(c, k)));
  }

  private static List<X509Certificate> certificates(@Nullable String pem) {
    if (pem == null) {
      return List.of();
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (GeneralSecurityException e) {
      return List.of();
    }
  }

  private static Optional<PrivateKey> key(@Nullable String pem) {
    if (pem == null) {
      return Optional.empty();
    }
    try {
      String body = pem.replaceAll("-----[^-]*-----", "").replaceAll("\\s", "");
      return Optional.of(
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String pem(List<X509Certificate> certificates) throws GeneralSecurityException {
    StringBuilder all = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      all.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    return all.toString();
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            what,
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der),
            what);
  }
}
