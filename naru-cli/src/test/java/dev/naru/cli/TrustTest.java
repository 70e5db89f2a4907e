package dev.naru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing and verifying without a registry; .ci/e2e-trust has real ones, and real cosign. */
final class TrustTest {
  @TempDir private Path home;

  private Ran naru(String... args) {
    return Ran.of(Map.of("NARU_HOME", home.toString()), args);
  }

  private static String nobody() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + free.getLocalPort();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app",
        "team/app:1",
        "localhost/app",
        "localhost/App:1",
        "http://localhost/app:1",
        "localhost/app:1@sha256:00",
        "localhost/../app:1",
        "localhost/app:1?x=y",
        "user@localhost/app:1"
      })
  void refusesWhatNamesNoImageOfARegistry(String ref) {
    for (String command : new String[] {"sign", "verify"}) {
      Ran ran = naru(command, ref);
      assertThat(ran.code()).as(ran.err()).isEqualTo(2);
      assertThat(ran.err()).startsWith("naru: cannot use ").contains("expected HOST[:PORT]");
    }
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void saysThatNobodyAnswersForARegistry() throws IOException {
    String host = nobody();
    for (String command : new String[] {"sign", "verify"}) {
      Ran ran = naru(command, host + "/app:1");
      assertThat(ran.code()).isEqualTo(4);
      assertThat(ran.err()).contains("naru: cannot reach registry " + host);
    }
  }

  @Test
  void refusesAKeyThatIsNone() throws IOException {
    String ref = nobody() + "/app:1";
    Path file = home.resolve("k.pub");
    assertThat(naru("verify", ref, "--key", file.toString()).err())
        .startsWith("naru: cannot use --key " + file + ": there is no such file");
    Files.writeString(file, "no key");
    Ran ran = naru("verify", ref, "--key", file.toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("naru: cannot use " + file + " as a public key");
  }

  @Test
  void refusesAnAttestationOfNoType() throws IOException {
    Ran ran = naru("verify", nobody() + "/app:1", "--attestation", "sbom");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("expected cyclonedx, slsaprovenance1 or a URI");
  }
}
