package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.core.NaruException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Images given by {@code ref} that cannot be had. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@Timeout(120)
final class DockerPullTest {
  private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);

  private static void assertNotPulled(String ref, String why) {
    try (DockerLoader loader = new DockerLoader(TestEngine.address(), Duration.ofSeconds(10))) {
      assertThatThrownBy(() -> loader.pull(ref))
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> assertThat(e.code()).as(e.toString()).isEqualTo(NaruException.Code.FAILED))
          .hasMessageContaining("cannot pull " + ref)
          .hasMessageContaining(why)
          .hasMessageContaining("correct the reference, log in");
    }
  }

  @Test
  void imageThatTheRegistryHasNotIsToldWithItsAnswer() {
    String registry = System.getenv().getOrDefault("NARU_TESTBED_REGISTRY", "");
    assumeTrue(!registry.isEmpty(), "NARU_TESTBED_REGISTRY names no registry");
    assertNotPulled(registry + "/no/such" + DIGEST, "not found");
  }

  @Test
  void registryThatDoesNotAnswerIsTold() {
    assertNotPulled("127.0.0.1:1/no/such" + DIGEST, "connection refused");
  }
}
