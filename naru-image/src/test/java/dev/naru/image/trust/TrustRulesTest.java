package dev.naru.image.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrustRulesTest {
  private static final Instant END = Instant.parse("2026-11-27T12:00:00Z");

  private static TrustRules rules(String name, Set<String> deny) {
    return new TrustRules(
        name,
        List.of(),
        List.of(new TrustRules.Excepted("sha256:" + "a".repeat(64), "hotfix", END)),
        deny,
        List.of());
  }

  @Test
  void whatDecidesEquallyHasTheSameHashUntilAnExceptionEnds() {
    TrustRules rules = rules("bank", Set.of());
    Instant before = END.minusSeconds(1);

    assertThat(rules("other", Set.of()).hash(before)).isEqualTo(rules.hash(before));
    assertThat(rules("bank", Set.of("sha256:b")).hash(before)).isNotEqualTo(rules.hash(before));
    assertThat(rules.hash(before)).isEqualTo(rules.hash());
    assertThat(rules.hash(END)).isNotEqualTo(rules.hash(before));
    assertThat(rules.hash(END.plusSeconds(1))).isEqualTo(rules.hash(END));
  }
}
