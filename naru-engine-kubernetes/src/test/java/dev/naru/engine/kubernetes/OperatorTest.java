package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperatorTest {
  @Test
  void meetsWhoWorksInTheSameNamespace() {
    Operator all = new Operator("naru-system", "");
    Operator team = new Operator("team", "team");
    Operator other = new Operator("other", "other");

    assertThat(all.meets(team)).isTrue();
    assertThat(team.meets(all)).isTrue();
    assertThat(team.meets(team)).isTrue();
    assertThat(team.meets(other)).isFalse();
  }
}
