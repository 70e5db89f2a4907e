package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTrustTest {
  @TempDir Path home = Path.of("");
  private HomeTrust trust = new HomeTrust(Path.of(""), Clock.systemUTC());
  private HomeKeys keys = new HomeKeys(Path.of(""), Clock.systemUTC());

  @BeforeEach
  void open() {
    trust = new HomeTrust(home, Clock.systemUTC());
    keys = new HomeKeys(home, Clock.systemUTC());
  }

  private static byte[] policy(String spec) {
    return ("apiVersion: naru.dev/v1alpha1\nkind: TrustPolicy\nmetadata: {name: bank}\nspec:\n"
            + spec.indent(2))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void countsTheHomesOwnKeysOfEveryRegistryWithoutAPolicy() {
    VerifyKey old = keys.create(Optional.empty());
    VerifyKey now = keys.rotate(Optional.empty());
    keys.revoke(old.id(), "lost");

    TrustRules rules = trust.rules();

    assertThat(rules.name()).isEqualTo("default");
    assertThat(rules.rules().getFirst().repositories()).containsExactly("*");
    assertThat(rules.rules().getFirst().keys()).containsExactly(now);
    assertThat(rules.revoked()).containsExactly(old);
  }

  @Test
  void takesKeysAsTheyAreOrByTheIdentityOfOnesOwn() {
    VerifyKey own = keys.create(Optional.empty());
    VerifyKey other = SignKey.generate().shown();
    VerifyKey gone = SignKey.generate().shown();
    trust.set(
        "a file",
        policy(
            """
            rules:
              - repositories: ["registry.local:5000/team/*"]
                keys:
                  - %s
                  - |
            %s
                attestations: ["https://cyclonedx.org/bom"]
            exceptions:
              - {digest: "sha256:%s", reason: hotfix, until: "2027-01-31T00:00:00Z"}
            deny: ["sha256:%s"]
            revoked:
              - |
            %s
            """
                .formatted(
                    own.shortId(),
                    other.pem().indent(8),
                    "a".repeat(64),
                    "b".repeat(64),
                    gone.pem().indent(4))));

    TrustRules rules = trust.rules();

    assertThat(rules.name()).isEqualTo("bank");
    assertThat(rules.rules().getFirst().keys()).containsExactly(own, other);
    assertThat(rules.rules().getFirst().attestations())
        .containsExactly("https://cyclonedx.org/bom");
    assertThat(rules.exceptions())
        .extracting(TrustRules.Excepted::reason)
        .containsExactly("hotfix");
    assertThat(rules.deny()).containsExactly("sha256:" + "b".repeat(64));
    assertThat(rules.revoked()).containsExactly(gone);
  }

  @Test
  void refusesWhatIsWrongWithAPolicyAtOnceAndKeepsTheEarlierOne() {
    VerifyKey own = keys.create(Optional.empty());
    trust.set("a", policy("rules: [{repositories: ['*'], keys: ['" + own.shortId() + "']}]"));

    assertThatThrownBy(() ->
            trust.set(
                "b.yaml",
                policy(
                    """
                    rules: [{repositories: ["/x"], keys: [short], attestation: []}]
                    exceptions: [{digest: "sha256:1", until: "2027-02-30T00:00:00Z"}]
                    """)))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("b.yaml:")
        .hasMessageContaining("expected HOST/NAME, HOST/* or HOST/NAME/*, or *, found '/x'")
        .hasMessageContaining("did you mean 'attestations'?")
        .hasMessageContaining("a public key as naru keys export prints it")
        .hasMessageContaining("spec.exceptions[0].reason")
        .hasMessageContaining("spec.exceptions[0].digest");
    assertThatThrownBy(() ->
            trust.set(
                "c.yaml", policy("rules: [{repositories: ['*'], keys: ['0123456789abcdef']}]")))
        .hasMessageContaining("spec.rules[0].keys[0]: expected the beginning of one own key's");
    assertThat(trust.rules().rules().getFirst().keys()).containsExactly(own);
  }

  @Test
  void aDamagedPolicyLetsNothingPass() throws Exception {
    keys.create(Optional.empty());
    Files.writeString(home.resolve("trust.yaml"), "kind: Trust");

    assertThatThrownBy(trust::rules)
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("trust.yaml")
        .hasMessageContaining("expected TrustPolicy");
  }

  @Test
  void goesBackToTheHomesOwnKeys() {
    VerifyKey own = keys.create(Optional.empty());
    trust.set("a", policy("rules: [{repositories: ['h.d/x'], keys: ['" + own.id() + "']}]"));

    assertThat(trust.clear()).isTrue();
    assertThat(trust.clear()).isFalse();
    assertThat(trust.rules().name()).isEqualTo("default");
    assertThat(List.of(trust.policy())).containsExactly(java.util.Optional.empty());
  }
}
