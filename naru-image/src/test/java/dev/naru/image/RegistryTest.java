package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that misbehaves. */
class RegistryTest {
  private static final Descriptor BLOB =
      new Descriptor(Descriptor.LAYER, "sha256:" + Hashes.ofText("good"), 4);

  @TempDir Path temp;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private int status = 200;
  private String header = "";
  private String value = "";
  private String body = "";
  private HttpServer server;

  RegistryTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          if (!header.isEmpty()) {
            exchange.getResponseHeaders().add(header, value);
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private String fetching() {
    return Projects.failure(
        () -> new Registry(host(), Set.of()).fetch("team/app", BLOB, new Layout(temp)));
  }

  @Test
  void refusesABlobOfAnotherDigest() {
    body = "evil";

    assertThat(fetching())
        .startsWith("1: cannot use blob " + BLOB.digest())
        .contains("what the registry sent has another digest");
    assertThat(new Layout(temp).blob(BLOB.digest())).doesNotExist();
  }

  @Test
  void refusesABlobThatNeverEnds() {
    body = "good, and more";

    assertThat(fetching()).contains("what the registry sent has another digest");
  }

  @Test
  void keepsAGoodBlob() {
    body = "good";

    assertThat(new Registry(host(), Set.of()).fetch("team/app", BLOB, new Layout(temp))).isTrue();
    assertThat(new Layout(temp).blob(BLOB.digest())).hasContent("good");
  }

  @Test
  void sendsNoCredentialsWhereARegistryLikesThemToGo() {
    status = 401;
    header = "WWW-Authenticate";
    for (String realm :
        List.of("http://127.0.0.1:1/token", "https://127.0.0.1:1/t", "file:///etc")) {
      value = "Bearer realm=\"" + realm + "\",service=\"x\"";

      assertThat(fetching())
          .isEqualTo(
              "1: cannot use registry "
                  + host()
                  + ": it sends for a token to "
                  + realm
                  + ", which is neither its own host nor a public one by TLS");
    }
    assertThat(seen).hasSize(3);
  }

  @Test
  void followsNoRedirectWithoutTls() {
    status = 307;
    header = "Location";
    value = "http://localhost:1/elsewhere";

    assertThat(fetching()).contains("cannot follow registry " + host() + " to localhost");
  }

  @Test
  void saysWhatToDoWithoutTheRight() {
    status = 403;
    body = "{\"errors\": [{\"code\": \"DENIED\", \"message\": \"secret\"}]}";

    assertThat(fetching())
        .startsWith("3: ")
        .contains("answered 403")
        .contains("run docker login " + host())
        .doesNotContain("secret");
  }

  @Test
  void aReadOnlyRegistryIsSaidToBeOne() {
    status = 405;
    assertThat(fetching()).startsWith("3: ").contains("answered 405; it takes no images");
  }

  @Test
  void plainHttpThatWasNotAllowedIsSaidWithHowToAllowIt() {
    RegistryHttp registry = new RegistryHttp("localhost.localdomain:1", java.util.Set.of());
    assertThat(
            registry.next(
                new javax.net.ssl.SSLException("Unsupported or unrecognized SSL message")))
        .contains("NARU_INSECURE_REGISTRIES=localhost.localdomain:1");
  }

  @Test
  void speaksTlsToAllButLoopbackAndNamedHosts() {
    assertThat(RegistryHttp.isLoopback("127.0.0.1:5000")).isTrue();
    assertThat(RegistryHttp.isLoopback("localhost")).isTrue();
    assertThat(RegistryHttp.isLoopback("127.evil.example:5000")).isFalse();
    assertThat(RegistryHttp.isLoopback("registry.local:5000")).isFalse();
  }

  @Test
  void saysThatNobodyIsThere() {
    int port = server.getAddress().getPort();
    server.stop(0);

    assertThat(fetching())
        .isEqualTo(
            "4: cannot reach registry 127.0.0.1:"
                + port
                + " by http: ConnectException; check the name and that it runs");
  }
}
