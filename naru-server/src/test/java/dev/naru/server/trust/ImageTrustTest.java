package dev.naru.server.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import dev.naru.image.Hashes;
import dev.naru.image.trust.Gate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a registry that has one unsigned image. */
class ImageTrustTest {
  private static final String CONFIG = "sha256:" + "c".repeat(64);
  private static final byte[] MANIFEST =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
       "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},
       "layers":[]}\
      """
          .formatted(CONFIG)
          .getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = "sha256:" + Hashes.ofBytes(MANIFEST);

  @TempDir Path home = Path.of("");
  private final List<AuditEntry> audit = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final HttpServer registry = listening();
  private final String image =
      "127.0.0.1:" + registry.getAddress().getPort() + "/team/app@" + DIGEST;
  private ImageTrust trust = ImageTrust.ofHome(Path.of(""), Set.of(), _ -> {}, Clock.systemUTC());

  private static HttpServer listening() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void start() {
    trust = ImageTrust.ofHome(home, Set.of(), audit::add, Clock.systemUTC());
    registry.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          boolean found = path.endsWith("/manifests/" + DIGEST);
          exchange.sendResponseHeaders(found ? 200 : 404, found ? MANIFEST.length : -1);
          if (found) {
            exchange.getResponseBody().write(MANIFEST);
          }
          exchange.close();
        });
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  private void policy(String spec) throws IOException {
    Files.writeString(
        home.resolve("trust.yaml"),
        "{apiVersion: naru.dev/v1alpha1, kind: TrustPolicy, metadata: {name: bank}, spec: {"
            + spec
            + "}}");
  }

  private static String pem(Path home) {
    return new dev.naru.image.trust.HomeKeys(home, Clock.systemUTC())
        .signing()
        .shown()
        .pem()
        .replace("\n", "\\n");
  }

  @Test
  void refusesAnUnsignedImageInWordsAndWritesThatDownOnce() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> trust.admit(image))
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> assertThat(e.code()).isEqualTo(NaruException.Code.UNTRUSTED))
          .hasMessageStartingWith("cannot accept " + image + ": no key is trusted here; by policy")
          .hasMessageEndingWith("naru trust set trust.yaml");
    }
    assertThat(audit)
        .extracting(AuditEntry::action, AuditEntry::target, AuditEntry::outcome)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("trust", image, "refused"));
  }

  @Test
  void asksNobodyAboutARepositoryThatNoPolicyNames() throws IOException {
    policy("rules: [{repositories: [registry.bank/team/*], keys: [\"" + pem(home) + "\"]}]");

    assertThatThrownBy(() -> trust.admit(image)).hasMessageContaining("has no rule for");
    assertThat(asked).isEmpty();
    assertThat(audit).extracting(AuditEntry::outcome).containsExactly("refused");
  }

  @Test
  void startsWhatPassedAndNothingElseOfThatName() throws IOException {
    policy(
        "rules: [{repositories: ['*'], keys: [\""
            + pem(home)
            + "\"]}], exceptions: [{digest: \""
            + DIGEST
            + "\", reason: hotfix, until: \"2999-01-01T00:00:00Z\"}]");

    Gate.Passed passed = trust.admit(image);

    assertThat(trust.same(passed, CONFIG)).isEqualTo(CONFIG);
    assertThat(trust.same(passed, DIGEST)).isEqualTo(DIGEST);
    assertThatThrownBy(() -> trust.same(passed, "sha256:" + "d".repeat(64)))
        .hasMessageContaining("the engine has image sha256:ddd")
        .hasMessageContaining("docker image rm");
    assertThat(audit).extracting(AuditEntry::outcome).containsExactly("accepted", "refused");
    assertThat(audit.getFirst().detail()).startsWith("key=exception policy=bank/");
  }

  @Test
  void aChangeOfTheRulesCountsAtOnce() throws IOException {
    policy(
        "rules: [{repositories: ['*'], keys: [\""
            + pem(home)
            + "\"]}], exceptions: [{digest: \""
            + DIGEST
            + "\", reason: hotfix, until: \"2999-01-01T00:00:00Z\"}]");
    trust.admit(image);
    policy(
        "rules: [{repositories: ['*'], keys: [\""
            + pem(home)
            + "\"]}], deny: [\""
            + DIGEST
            + "\"]");

    assertThatThrownBy(() -> trust.admit(image)).hasMessageContaining("denies this digest");
  }
}
