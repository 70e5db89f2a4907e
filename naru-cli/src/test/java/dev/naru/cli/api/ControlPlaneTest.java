package dev.naru.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.naru.cli.talk.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlPlaneTest {
  @TempDir private Path folder;
  private final AtomicInteger starts = new AtomicInteger();
  private final List<String> talk = new ArrayList<>();
  private @Nullable HttpServer server;
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private Home home() {
    return home(Map.of());
  }

  private Home home(Map<String, String> more) {
    Map<String, String> env = new java.util.HashMap<>(more);
    env.put("NARU_API_PORT", Integer.toString(port));
    return new Home(folder.resolve("home"), env);
  }

  private ControlPlane plane(String build) {
    return new ControlPlane(home(), build, _ -> start(build), talk::add);
  }

  private ServerStart.Parent start(String build) {
    starts.incrementAndGet();
    try {
      HttpServer made =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      long pid = ProcessHandle.current().pid();
      made.createContext(
          "/",
          exchange -> {
            String body =
                exchange.getRequestURI().getPath().endsWith("/shutdown")
                    ? "{}"
                    : "{\"status\":\"ok\",\"build\":\"" + build + "\",\"pid\":" + pid + "}";
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      made.start();
      server = made;
      Files.writeString(home().folder().resolve("server.pid"), Long.toString(pid));
      return OptionalInt::empty;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void startsOneWhereNoneRunsAndUsesItAfterwards() {
    assertThat(plane("b1").running()).isEmpty();
    plane("b1").connect();
    plane("b1").connect();
    assertThat(starts).hasValue(1);
    assertThat(plane("b1").running()).isPresent();
  }

  @Test
  void whatListensAndDoesNotAnswerIsNotAbsent() throws IOException {
    try (ServerSocket silent = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
      assertThat(silent.isBound()).isTrue();
      assertThat(plane("b1").health().orElseThrow().path("status").asText()).isEqualTo("silent");
    }
    assertThat(plane("b1").health()).isEmpty();
  }

  @Test
  void makesTheHomeForItsOwnerOnly() throws IOException {
    plane("b1").connect();
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home().folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void replacesAServerOfAnotherBuild() throws Exception {
    Files.createDirectory(home().folder());
    Process old = new ProcessBuilder("sleep", "60").start();
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    made.createContext(
        "/",
        exchange -> {
          byte[] body =
              ("{\"status\":\"ok\",\"build\":\"b0\",\"pid\":" + old.pid() + "}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
          if (exchange.getRequestURI().getPath().equals("/api/v1/shutdown")) {
            Thread.ofVirtual()
                .start(() -> {
                  made.stop(0);
                  try {
                    Files.delete(home().folder().resolve("server.pid"));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  old.destroyForcibly();
                });
          }
        });
    made.start();
    Files.writeString(home().folder().resolve("server.pid"), Long.toString(old.pid()));
    plane("b1").connect();
    assertThat(starts).hasValue(1);
    assertThat(old.isAlive()).isFalse();
    assertThat(talk).containsExactly("replacing the control plane of build b0; what runs goes on");
  }

  @Test
  void usesAServerOfAnyBuildWhereItsOwnIsNotKnown() throws IOException {
    Files.createDirectory(home().folder());
    start("b0");
    assertThat(plane("").connect()).isNotNull();
    assertThat(starts).hasValue(1);
  }

  @Test
  void aPortOfSomethingElseIsAnErrorThatNamesTheVariable() throws IOException {
    Files.createDirectory(home().folder());
    start("b1");
    Files.writeString(home().folder().resolve("server.pid"), "1");
    assertThatThrownBy(() -> plane("b1").connect())
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(4))
        .hasMessageContaining("is used by something else; set NARU_API_PORT");
  }

  @Test
  void aServerThatCannotStartIsToldByItsLastWords() throws Exception {
    Files.createDirectories(home().folder().resolve("logs"));
    Files.writeString(
        home().folder().resolve("logs/server.log"),
        "2026-11-02T10:00:00.000Z ERROR server cannot listen on 127.0.0.1:8801 for the gateway:"
            + " something else does; set NARU_GATEWAY_PORT to a free port\n"
            + "2026-11-02T10:00:00.001Z WARN  Reflector failed: the user cannot list images\n");
    ControlPlane plane = new ControlPlane(home(), "b1", _ -> () -> OptionalInt.of(78), talk::add);
    assertThatThrownBy(plane::connect)
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(4))
        .hasMessage(
            "cannot listen on 127.0.0.1:8801 for the gateway: something else does; set"
                + " NARU_GATEWAY_PORT to a free port");
  }

  @Test
  void aServerThatIsStartedWrongOrRefusedEndsTheCommandWithItsCode() throws IOException {
    Files.createDirectories(home().folder().resolve("logs"));
    Files.writeString(home().folder().resolve("logs/server.log"), "ERROR cannot do: x; do y\n");
    for (int[] codes : new int[][] {{64, 2}, {77, 3}, {69, 4}, {78, 4}}) {
      ControlPlane plane =
          new ControlPlane(home(), "b1", _ -> () -> OptionalInt.of(codes[0]), talk::add);
      assertThatThrownBy(plane::connect)
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(codes[1]));
    }
  }

  @Test
  void aControlPlaneOfAnotherClusterOrContextIsLeft() throws IOException {
    Path config = Files.writeString(folder.resolve("config"), "current-context: a\n");
    serve("kubernetes", config + "#a", "up");
    plane(Map.of("NARU_ENGINE", "kubernetes", "KUBECONFIG", config.toString())).connect();
    assertThat(starts).hasValue(0);
    Files.writeString(config, "current-context: \"b\"\n");
    plane(Map.of("NARU_ENGINE", "kubernetes", "KUBECONFIG", config.toString())).connect();
    assertThat(starts).hasValue(1);
  }

  @Test
  void aKubeconfigThatIsNotThereIsNeverIgnored() throws IOException {
    serve("kubernetes", "/etc/kubeconfig#a", "up");
    Map<String, String> env = Map.of("NARU_ENGINE", "kubernetes", "KUBECONFIG", "/nothing");
    assertThatThrownBy(() -> plane(env).connect())
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("cannot read the kubeconfig /nothing");
  }

  private void serveDocker(String state) throws IOException {
    serve("docker", "unix:///a", state);
  }

  /** A server of build b1 that works on {@code unix:///a}, with a project in a state. */
  private void serve(String engine, String address, String state) throws IOException {
    Files.createDirectories(home().folder().resolve("engine"));
    Files.writeString(home().folder().resolve("engine/name"), engine + "\n");
    Process old = new ProcessBuilder("sleep", "60").start();
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    made.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String body =
              path.endsWith("/projects")
                  ? "{\"items\":[{\"name\":\"finance\",\"state\":\"" + state + "\"}]}"
                  : "{\"status\":\"ok\",\"build\":\"b1\",\"engine\":\"%s\",\"engineAddress\":\"%s\",\"pid\":%d}"
                      .formatted(engine, address, old.pid());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
          if (path.equals("/api/v1/down") || path.equals("/api/v1/shutdown")) {
            Thread.ofVirtual()
                .start(() -> {
                  made.stop(0);
                  old.destroyForcibly();
                });
          }
        });
    made.start();
    server = made;
    Files.writeString(home().folder().resolve("server.pid"), Long.toString(old.pid()));
  }

  private ControlPlane plane(Map<String, String> env) {
    return new ControlPlane(
        home(env),
        "b1",
        engine -> {
          talk.add("started with " + engine);
          return start("b1");
        },
        talk::add);
  }

  @Test
  void commandsWithoutAnEngineUseTheOneThatTheHomeIsOn() throws IOException {
    serveDocker("up");
    plane(Map.of()).connect();
    plane(Map.of("NARU_ENGINE", "docker", "DOCKER_HOST", "unix:///a")).connect();
    assertThat(starts).hasValue(0);
  }

  @Test
  void anotherEngineIsRefusedWhileAProjectIsUp() throws IOException {
    serveDocker("up");
    assertThatThrownBy(() -> plane(Map.of("NARU_ENGINE", "process")).connect())
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("project finance of")
        .hasMessageContaining("is on engine 'docker'; stop it by naru down first");
    assertThat(starts).hasValue(0);
  }

  @Test
  void aHomeGoesOverToAnotherEngineWhenNothingIsUp() throws IOException {
    serveDocker("down");
    plane(Map.of("NARU_ENGINE", "process")).connect();
    assertThat(talk)
        .containsExactly(
            "leaving engine docker for process; volumes and models that are there stay there",
            "started with process");
  }

  @Test
  void anotherDockerHostIsNeverIgnored() throws IOException {
    serveDocker("up");
    assertThatThrownBy(() -> plane(Map.of("DOCKER_HOST", "unix:///b")).connect())
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("works with the Docker Engine at unix:///a");
  }

  @Test
  void readsThePortsThatTheHomeRemembers() throws IOException {
    Files.writeString(folder.resolve("ports"), "api=25001\ngateway=25002\nadmin=25003\n");
    Home home = new Home(folder, Map.of());
    assertThat(home.apiPort()).isEqualTo(25001);
    assertThat(home.gatewayPort()).isEqualTo(25002);
    assertThat(new Home(folder, Map.of("NARU_GATEWAY_PORT", "25009")).gatewayPort())
        .isEqualTo(25009);
    assertThatThrownBy(() -> new Home(folder, Map.of("NARU_API_PORT", "x")).apiPort())
        .hasMessageContaining("expected a port from 1 to 65535");
  }
}
