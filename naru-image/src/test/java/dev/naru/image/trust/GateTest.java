package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final SignKey key = SignKey.generate();
  private final FakeRegistry registry = new FakeRegistry(true);
  private final Gate gate = new Gate(_ -> registry.client(), "ask kim", CLOCK);
  private ImageRef image = ImageRef.parse("localhost/none:none");

  @BeforeEach
  void push() {
    image = registry.image("team/app", "latest", "a");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private TrustRules rules(
      String repository, List<TrustRules.Excepted> exceptions, Set<String> deny) {
    return new TrustRules(
        "bank",
        List.of(new TrustRules.Rule(List.of(repository), List.of(key.shown()), Set.of())),
        exceptions,
        deny,
        List.of());
  }

  private TrustRules rules() {
    return rules(registry.host() + "/team/*", List.of(), Set.of());
  }

  private String outcome(TrustRules rules) {
    try {
      return "passed " + gate.admit(image, List.of(rules)).ref();
    } catch (NaruException e) {
      return e.code().exitCode() + ": " + e.getMessage();
    }
  }

  private void sign() {
    new Signer(registry.client(), key, CLOCK).sign(image);
  }

  @Test
  void letsASignedImagePassOnceByAskingAndThenByDigest() {
    sign();
    registry.seen.clear();
    assertThat(outcome(rules())).isEqualTo("passed " + image);
    assertThat(registry.seen).hasSizeLessThan(6).noneMatch(r -> r.contains("/referrers/"));
    registry.seen.clear();

    assertThat(outcome(rules())).isEqualTo("passed " + image);
    assertThat(gate.admit(image, List.of(rules())).key()).contains(key.shown());
    assertThat(registry.seen).isEmpty();
  }

  @Test
  void letsAnImagePassThatIsSignedInABundleAlone() {
    sign();
    registry.manifests.keySet().removeIf(name -> name.endsWith(".sig"));

    assertThat(outcome(rules())).isEqualTo("passed " + image);
  }

  @Test
  void aMovedTagIsNoKnownImage() {
    sign();
    ImageRef signed = image;
    image = ImageRef.parse(registry.host() + "/team/app:latest");
    assertThat(outcome(rules())).isEqualTo("passed " + signed);
    registry.image("team/app", "latest", "moved");

    assertThat(outcome(rules()))
        .startsWith("3: ")
        .contains("found none")
        .contains("by policy 'bank', spec.rules[0]")
        .endsWith("ask kim");
  }

  @Test
  void aRevokedKeyForgetsWhatPassed() {
    sign();
    assertThat(outcome(rules())).startsWith("passed");
    TrustRules revoked =
        new TrustRules("bank", rules().rules(), List.of(), Set.of(), List.of(key.shown()));

    assertThat(outcome(revoked)).startsWith("3: ").contains("no key is trusted here");
  }

  @Test
  void asksNobodyAboutARepositoryThatNoRuleNames() {
    sign();
    registry.seen.clear();
    for (String other : List.of("/tea/*", "/team/app/*", "/team", "/team/ap", "/*/app")) {
      assertThat(outcome(rules(registry.host() + other, List.of(), Set.of())))
          .startsWith("3: cannot accept " + image + ": policy 'bank' has no rule for ");
    }
    assertThat(registry.seen).isEmpty();
  }

  @Test
  void aDeniedDigestDoesNotPassWhateverElseIsSaid() {
    sign();
    String digest = image.digest().orElseThrow();
    TrustRules.Excepted forNow = new TrustRules.Excepted(digest, "r", NOW.plusSeconds(1));

    assertThat(outcome(rules(registry.host() + "/*", List.of(forNow), Set.of(digest))))
        .startsWith("3: ")
        .contains("denies this digest");
  }

  @Test
  void anExceptionHoldsUntilItsEnd() {
    String digest = image.digest().orElseThrow();
    TrustRules.Excepted holds = new TrustRules.Excepted(digest, "r", NOW.plusSeconds(1));
    TrustRules.Excepted ended = new TrustRules.Excepted(digest, "r", NOW);

    assertThat(outcome(rules(registry.host() + "/*", List.of(holds), Set.of())))
        .isEqualTo("passed " + image);
    assertThat(outcome(rules(registry.host() + "/*", List.of(ended), Set.of())))
        .startsWith("3: ")
        .contains("the exception for it ended " + NOW);
  }

  @Test
  void everyRuleThatNamesAnImageMustHold() {
    sign();
    TrustRules.Rule second =
        new TrustRules.Rule(
            List.of(registry.host() + "/team/app"), List.of(SignKey.generate().shown()), Set.of());
    TrustRules both =
        new TrustRules(
            "bank", List.of(rules().rules().getFirst(), second), List.of(), Set.of(), List.of());

    assertThat(outcome(both)).startsWith("3: ").contains("a key that is not trusted here");
  }

  @Test
  void everyPolicyThatNamesAnImageMustHoldAndAnExceptionLiftsItsOwnAlone() {
    sign();
    String digest = image.digest().orElseThrow();
    TrustRules other =
        new TrustRules(
            "other",
            List.of(
                new TrustRules.Rule(List.of("*"), List.of(SignKey.generate().shown()), Set.of())),
            List.of(),
            Set.of(),
            List.of());
    TrustRules excepting =
        new TrustRules(
            "other",
            other.rules(),
            List.of(new TrustRules.Excepted(digest, "r", NOW.plusSeconds(1))),
            Set.of(),
            List.of());
    TrustRules denying =
        new TrustRules(
            "denies",
            List.of(new TrustRules.Rule(List.of("else.where/x"), List.of(), Set.of())),
            List.of(),
            Set.of(digest),
            List.of());

    assertThat(gate.admit(image, List.of(rules(), excepting)).key()).contains(key.shown());
    assertThatThrownBy(() -> gate.admit(image, List.of(rules(), other)))
        .hasMessageContaining("by policy 'other'");
    assertThatThrownBy(() -> gate.admit(image, List.of(rules(), denying)))
        .hasMessageContaining("policy 'denies' denies this digest");
  }

  @Test
  void anExceptionOfOneKeyIsNoneForAnotherPolicy() {
    String digest = image.digest().orElseThrow();
    TrustRules excepting =
        rules(
            registry.host() + "/*",
            List.of(new TrustRules.Excepted(digest, "r", NOW.plusSeconds(1))),
            Set.of());

    assertThatThrownBy(() -> gate.admit(image, List.of(excepting, rules())))
        .hasMessageContaining("found none");
  }

  @Test
  void knowsTheIdsOfAnImageAndAsksForThemOnce() {
    ImageIds ids = new ImageIds(_ -> registry.client());
    String config = registry.json("team/app", "latest").path("config").path("digest").asText();

    assertThat(ids.of(image)).containsExactlyInAnyOrder(image.digest().orElseThrow(), config);
    registry.seen.clear();
    assertThat(ids.of(image)).hasSize(2);
    assertThat(registry.seen).isEmpty();
  }
}
