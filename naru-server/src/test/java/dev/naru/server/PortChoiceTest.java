package dev.naru.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.server.api.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortChoiceTest {
  @TempDir Path home;

  private PortChoice choice(Map<String, String> env, boolean ours) {
    return new PortChoice(home.resolve("ports"), env, _ -> ours);
  }

  private static Map<String, String> env(int api, int gateway) {
    return Map.of(
        "NARU_API_PORT", Integer.toString(api), "NARU_GATEWAY_PORT", Integer.toString(gateway));
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ServerSocket taken() throws IOException {
    return new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
  }

  @Test
  void remembersWhatTheEnvironmentSaid() throws IOException {
    int api = free();
    int gateway = free();
    Ports chosen = choice(env(api, gateway), false).choose();
    assertThat(chosen.api()).isEqualTo(api);
    assertThat(chosen.gateway()).isEqualTo(gateway);
    assertThat(choice(Map.of(), false).choose()).isEqualTo(chosen);
    assertThat(Files.readString(home.resolve("ports")))
        .isEqualTo("api=%d\ngateway=%d\nadmin=%d\n".formatted(api, gateway, chosen.gatewayAdmin()));
  }

  @Test
  void namesTheVariableOfATakenPort() throws IOException {
    try (ServerSocket taken = taken()) {
      assertThatThrownBy(() -> choice(env(taken.getLocalPort(), free()), false).choose())
          .isInstanceOf(NaruException.class)
          .hasMessage(
              "cannot listen on 127.0.0.1:%d for the API: something else does; set NARU_API_PORT to"
                      .formatted(taken.getLocalPort())
                  + " a free port");
      assertThatThrownBy(() -> choice(env(free(), taken.getLocalPort()), false).choose())
          .hasMessageContaining("for the gateway: something else does; set NARU_GATEWAY_PORT");
    }
    assertThat(home.resolve("ports")).doesNotExist();
  }

  @Test
  void adoptsTheGatewayThatListensAlready() throws IOException {
    int api = free();
    int gateway = free();
    Ports before = choice(env(api, gateway), false).choose();
    try (ServerSocket running = new ServerSocket(gateway, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(running.isBound()).isTrue();
      assertThat(choice(Map.of(), true).choose()).isEqualTo(before);
      assertThatThrownBy(() -> choice(Map.of(), false).choose())
          .hasMessageContaining("NARU_GATEWAY_PORT");
    }
  }

  @Test
  void doesNotMoveARunningGateway() throws IOException {
    int api = free();
    int gateway = free();
    choice(env(api, gateway), false).choose();
    int other = free();
    assertThatThrownBy(() -> choice(env(api, other), true).choose())
        .hasMessageContaining(
            "cannot use NARU_GATEWAY_PORT=%d: the gateway of this home listens on %d already"
                .formatted(other, gateway));
  }

  @Test
  void takesAnotherAdminPortWhereItsOwnIsTaken() throws IOException {
    Ports before = choice(env(free(), free()), false).choose();
    try (ServerSocket taken =
        new ServerSocket(before.gatewayAdmin(), 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(choice(Map.of(), false).choose().gatewayAdmin())
          .isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void refusesWhatIsNoPort() throws IOException {
    int good = free();
    for (String bad : new String[] {"0", "65536", "http", "-1", "8800.5"}) {
      Map<String, String> env =
          Map.of("NARU_API_PORT", bad, "NARU_GATEWAY_PORT", Integer.toString(good));
      assertThatThrownBy(() -> choice(env, false).choose())
          .hasMessage(
              "cannot use NARU_API_PORT="
                  + bad
                  + ": expected a port from 1 to 65535; correct or"
                  + " unset it");
    }
    assertThatThrownBy(() -> choice(env(good, good), false).choose())
        .hasMessageContaining("for both API and gateway");
  }
}
