package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Certificates in time. */
class CertificatesTest {
  private static final String NAME = "naru-webhook.naru-system.svc";
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void certificateIsBelievedByItsAuthorityAndForItsNameAlone() throws Exception {
    Map<String, String> made = Certificates.renewed(Map.of(), NAME, BEGIN);

    assertThat(believed(made, made, BEGIN)).isTrue();
    assertThat(all(made, Certificates.CERTIFICATE).getFirst().getSubjectAlternativeNames())
        .containsExactly(List.of(2, NAME));
  }

  @Test
  void nothingIsRenewedBeforeTwoThirdsOfItsTime() {
    Map<String, String> made = Certificates.renewed(Map.of(), NAME, BEGIN);

    assertThat(Certificates.renewed(made, NAME, BEGIN.plus(Duration.ofDays(19)))).isSameAs(made);
  }

  @Test
  void certificateIsRenewedByTheSameAuthorityAfterTwoThirdsOfItsTime() {
    Map<String, String> made = Certificates.renewed(Map.of(), NAME, BEGIN);
    Map<String, String> next = Certificates.renewed(made, NAME, BEGIN.plus(Duration.ofDays(21)));

    assertThat(next.get(Certificates.AUTHORITIES)).isEqualTo(made.get(Certificates.AUTHORITIES));
    assertThat(next.get(Certificates.CERTIFICATE)).isNotEqualTo(made.get(Certificates.CERTIFICATE));
    assertThat(Certificates.ends(next)).contains(BEGIN.plus(Duration.ofDays(51)).minusSeconds(600));
  }

  @Test
  void whatTheAuthorityBeforeGaveOutIsBelievedWhileTheNextOneTakesOver() throws Exception {
    Instant late = BEGIN.plus(Duration.ofDays(240));
    Map<String, String> made = Certificates.renewed(Map.of(), NAME, BEGIN);
    Map<String, String> before = Certificates.renewed(made, NAME, late.plus(Duration.ofDays(2)));
    Map<String, String> next = Certificates.renewed(before, NAME, late.plus(Duration.ofDays(10)));

    assertThat(all(next, Certificates.AUTHORITIES)).hasSize(2);
    assertThat(believed(next, before, late.plus(Duration.ofDays(10)))).isTrue();
    assertThat(believed(next, next, late.plus(Duration.ofDays(10)))).isTrue();
  }

  @Test
  void authorityThatIsOverIsForgotten() {
    Map<String, String> made = Certificates.renewed(Map.of(), NAME, BEGIN);
    Map<String, String> next = Certificates.renewed(made, NAME, BEGIN.plus(Duration.ofDays(400)));

    assertThat(all(next, Certificates.AUTHORITIES)).hasSize(1);
  }

  @Test
  void whatCannotBeReadOrIsForAnotherNameIsMadeAnew() throws Exception {
    Map<String, String> made = Certificates.renewed(Map.of(), NAME, BEGIN);
    Map<String, String> junk = new HashMap<>(made);
    junk.put(Certificates.KEY, "junk");

    Map<String, String> next = Certificates.renewed(junk, NAME, BEGIN);
    assertThat(believed(next, next, BEGIN)).isTrue();
    assertThat(Certificates.renewed(made, "other.svc", BEGIN)).isNotEqualTo(made);
  }

  private static List<X509Certificate> all(Map<String, String> texts, String file) {
    String pem = texts.getOrDefault(file, "");
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (java.security.cert.CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean believed(
      Map<String, String> authorities, Map<String, String> leaf, Instant at) throws Exception {
    Set<TrustAnchor> anchors =
        all(authorities, Certificates.AUTHORITIES).stream()
            .map(c -> new TrustAnchor(c, null))
            .collect(Collectors.toSet());
    PKIXParameters parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509")
                .generateCertPath(all(leaf, Certificates.CERTIFICATE)),
            parameters);
    return true;
  }
}
