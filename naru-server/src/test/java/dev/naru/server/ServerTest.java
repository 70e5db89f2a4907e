package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.server.api.ControlFactory;
import dev.naru.server.api.FakeControl;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerTest {
  @TempDir Path folder;

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Map<String, String> env() throws IOException {
    return Map.of(
        "NARU_API_PORT", Integer.toString(free()), "NARU_GATEWAY_PORT", Integer.toString(free()));
  }

  private static int status(Map<String, String> env, String method, String path, String token)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + env.get("NARU_API_PORT") + path)
                .toURL()
                .openConnection();
    connection.setRequestMethod(method);
    connection.setRequestProperty("Authorization", "Bearer " + token);
    return connection.getResponseCode();
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void keepsTheHomeToItsOwner() throws IOException {
    Home home = Home.open(folder.resolve("home"));
    String token = home.token();
    assertThat(token).matches("[0-9a-f]{64}");
    assertThat(home.token()).isEqualTo(token);
    assertThat(rights(home.folder())).isEqualTo("rwx------");
    assertThat(rights(home.folder().resolve("token"))).isEqualTo("rw-------");
  }

  @Test
  void refusesATokenThatSomebodyEmptied() throws IOException {
    Home home = Home.open(folder.resolve("home"));
    Files.writeString(home.folder().resolve("token"), "");
    assertThatThrownBy(home::token)
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("expected 64 hexadecimal digits");
  }

  @Test
  void servesUntilItIsToldToEndAndLeavesNoPid() throws Exception {
    Home home = Home.open(folder.resolve("home"));
    Map<String, String> env = env();
    FakeControl control = new FakeControl();
    try (Server server = Server.start(home, env, _ -> control, Clock.systemUTC())) {
      assertThat(Files.readString(home.serverPid()).strip())
          .isEqualTo(Long.toString(ProcessHandle.current().pid()));
      assertThat(status(env, "GET", "/healthz", "")).isEqualTo(200);
      assertThat(status(env, "GET", "/api/v1/version", home.token())).isEqualTo(200);
      CountDownLatch ended = new CountDownLatch(1);
      Thread.ofVirtual()
          .start(() -> {
            try {
              server.awaitEnd();
              ended.countDown();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      assertThat(status(env, "POST", "/api/v1/shutdown", home.token())).isEqualTo(202);
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(home.serverPid()).doesNotExist();
    // Everything was let go of: the same home can be opened again at once.
    Server.start(home, env, _ -> control, Clock.systemUTC()).close();
  }

  @Test
  void refusesASecondServerOnTheSameHome() throws IOException {
    Home home = Home.open(folder.resolve("home"));
    try (Server first = Server.start(home, env(), _ -> new FakeControl(), Clock.systemUTC())) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> Server.start(home, env(), _ -> new FakeControl(), Clock.systemUTC()))
          .isInstanceOf(NaruException.class)
          .hasMessageContaining("a control plane has it already");
      assertThat(home.serverPid()).exists();
    }
  }

  @Test
  void letsGoOfEverythingWhereTheLoopCannotBegin() throws IOException {
    Home home = Home.open(folder.resolve("home"));
    ControlFactory broken =
        _ -> {
          throw new NaruException(NaruException.Code.REFUSED, "no engine here");
        };
    Map<String, String> env = env();
    assertThatThrownBy(() -> Server.start(home, env, broken, Clock.systemUTC()))
        .hasMessage("no engine here");
    assertThat(home.serverPid()).doesNotExist();
    Server.start(home, env, _ -> new FakeControl(), Clock.systemUTC()).close();
  }
}
