package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustPolicyTest {
  @TempDir private Path home;

  private Ran naru(String... args) {
    return Ran.of(Map.of("NARU_HOME", home.toString()), args);
  }

  @Test
  void whatIsShownCanBeSetAndTakenBack() throws IOException {
    String key = naru("keys", "create").out().strip();
    Ran byDefault = naru("trust", "show");
    assertThat(byDefault.code()).as(byDefault.err()).isZero();
    assertThat(byDefault.out())
        .contains("kind: TrustPolicy\n", "name: default\n", "- \"*\"\n", "BEGIN PUBLIC KEY");
    Path file = home.resolve("policy.yaml");
    Files.writeString(file, byDefault.out().replace("name: default", "name: bank"));

    Ran unasked = naru("trust", "set", file.toString());
    Ran set = naru("trust", "set", file.toString(), "--yes");

    assertThat(unasked.code()).isEqualTo(2);
    assertThat(set.code()).as(set.err()).isZero();
    assertThat(set.err()).contains("policy 'bank' counts from the next start on: 1 rule");
    assertThat(naru("trust", "show", "-o", "json").out()).contains("\"name\": \"bank\"");
    assertThat(naru("trust", "clear", "--yes").code()).isZero();
    assertThat(naru("trust", "show").out()).contains("name: default");
    assertThat(key).hasSize(64);
  }

  @Test
  void refusesWhatIsNoPolicy() throws IOException {
    Path file = home.resolve("policy.yaml");
    Files.writeString(file, "apiVersion: naru.dev/v1alpha1\nkind: Image\n");

    Ran set = naru("trust", "set", file.toString(), "--yes");

    assertThat(set.code()).isEqualTo(2);
    assertThat(set.err()).contains("expected TrustPolicy", "metadata", "spec");
    assertThat(naru("trust", "set").code()).isEqualTo(2);
    assertThat(naru("trust", "show", file.toString()).code()).isEqualTo(2);
    assertThat(naru("trust", "frobnicate").err()).contains("expected show, set, clear");
  }
}
