package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines that answer and cannot be used, and one that may not be asked. */
@Timeout(60)
final class EngineTroubleTest {
  @TempDir private Path folder;
  private ServerSocketChannel server;
  private Path socket;

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("docker.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  /** Answers every request with that. */
  private void answers(String json) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              try (SocketChannel client = server.accept()) {
                client.read(ByteBuffer.allocate(64 << 10));
                client.write(
                    ByteBuffer.wrap(
                        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                + "Connection: close\r\nContent-Length: %d\r\n\r\n%s")
                            .formatted(json.length(), json)
                            .getBytes(StandardCharsets.UTF_8)));
              }
            }
          } catch (IOException e) {
            return; // closed
          }
        });
  }

  @Test
  void engineThatIsTooOldIsToldWithBothVersions() {
    answers("{\"Version\":\"19.03.15\",\"ApiVersion\":\"1.40\"}");
    try (Api api = new Api("unix://" + socket, Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> api.call("list", client -> client.listContainersCmd().exec()))
          .isInstanceOfSatisfying(
              NaruException.class, e -> assertThat(e.code()).isEqualTo(Code.ENGINE_UNREACHABLE))
          .hasMessage(
              "the Docker Engine at unix://%s is too old: it speaks API 1.40, Naru needs 1.41 (Docker Engine 20.10); update it"
                  .formatted(socket));
    }
  }

  @Test
  void whatAnswersOtherwiseIsNoEngine() {
    answers("{\"hello\":\"world\"}");
    try (Api api = new Api("unix://" + socket, Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> api.call("list", client -> client.listContainersCmd().exec()))
          .isInstanceOfSatisfying(
              NaruException.class, e -> assertThat(e.code()).isEqualTo(Code.ENGINE_UNREACHABLE))
          .hasMessageContaining("what answers at unix://" + socket + " is no Docker Engine");
    }
  }

  /** Tried by a process of its own: root may open every socket, unless it gives that up. */
  @Test
  void socketThatMayNotBeOpenedIsToldWithWhatToDo() throws Exception {
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("---------"));
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    }
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("java.class.path"),
            SocketProbe.class.getName(),
            "unix://" + socket));
    Process probe =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(probe.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(said.strip())
        .isEqualTo(
            "ENGINE_UNREACHABLE cannot ask: no Docker Engine at unix://%s: Permission denied; run as a member of the group that owns the socket"
                .formatted(socket));
  }

  /** Asks an engine and says what came of it. */
  static final class SocketProbe {
    private SocketProbe() {}

    public static void main(String[] words) {
      try (Api api = new Api(words[0], Duration.ofSeconds(5))) {
        api.run("ask", client -> client.pingCmd().exec());
        System.out.println("answered");
      } catch (NaruException e) {
        System.out.println(e.code() + " " + e.getMessage());
      }
    }
  }
}
