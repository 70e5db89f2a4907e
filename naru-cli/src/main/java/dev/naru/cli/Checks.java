package dev.naru.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.api.Home;
import dev.naru.cli.talk.Amounts;
import dev.naru.cli.talk.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What Naru needs of a machine, looked at one by one. Changes nothing. */
final class Checks {
  private static final long LITTLE_DISK = 2L << 30;
  private static final long VERY_LITTLE_DISK = 200L << 20;

  /** How a check came out. */
  enum Grade {
    OK,
    WARN,
    FAIL
  }

  /**
   * What one check found.
   *
   * @param next what to do; empty where nothing
   */
  record Finding(String check, Grade grade, String found, String next) {}

  private final Cli cli;
  private final Home home;

  Checks(Cli cli) {
    this.cli = cli;
    this.home = cli.home();
  }

  List<Finding> all() {
    Optional<JsonNode> health = cli.controlPlane().health();
    return List.of(
        jdk(),
        maven(),
        python(),
        disk(),
        homeFolder(),
        port("api port", "NARU_API_PORT", home.apiPort(), health.isPresent()),
        port(
            "gateway port",
            "NARU_GATEWAY_PORT",
            home.gatewayPort(),
            health.isPresent() || home.used()),
        cgroup(),
        server(health),
        gateway(health.isPresent()));
  }

  private static Finding jdk() {
    String found = System.getProperty("java.version") + " in " + System.getProperty("java.home");
    boolean javac = Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "javac"));
    if (Runtime.version().feature() < 25) {
      return new Finding("jdk", Grade.FAIL, found, "install a JDK 25 or set NARU_JAVA_HOME");
    }
    return javac
        ? new Finding("jdk", Grade.OK, found, "")
        : new Finding(
            "jdk",
            Grade.WARN,
            found + " without a compiler",
            "install the whole JDK to build from sources");
  }

  private static Finding maven() {
    Optional<String> version =
        said("mvn", "-v")
            .flatMap(text -> text.lines().filter(l -> l.contains("Apache Maven")).findFirst());
    return version
        .map(v -> new Finding("maven", Grade.OK, v.replaceAll("\033\\[[0-9;]*m", ""), ""))
        .orElseGet(() ->
            new Finding(
                "maven",
                Grade.WARN,
                "no mvn on the path",
                "only builds need it: install Maven 3.8.7 or newer"));
  }

  private static Finding python() {
    return said("python3", "--version")
        .map(v -> new Finding("python", Grade.OK, v.strip(), ""))
        .orElseGet(() ->
            new Finding(
                "python",
                Grade.WARN,
                "no python3 on the path",
                "only images with runtime.python need it"));
  }

  private Finding disk() {
    Path place = home.folder();
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    try {
      long free = Files.getFileStore(place).getUsableSpace();
      Grade grade =
          free < VERY_LITTLE_DISK ? Grade.FAIL : free < LITTLE_DISK ? Grade.WARN : Grade.OK;
      return new Finding(
          "disk",
          grade,
          Amounts.bytes(free) + " free for " + home.folder(),
          grade == Grade.OK ? "" : "free some, or move the home by NARU_HOME");
    } catch (IOException e) {
      return new Finding(
          "disk", Grade.WARN, "free space of " + place + " cannot be read: " + e.getMessage(), "");
    }
  }

  private Finding homeFolder() {
    Path folder = home.folder();
    if (!Files.exists(folder)) {
      return new Finding(
          "home", Grade.OK, folder + " is not there yet; the first `naru up` makes it", "");
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      return new Finding(
          "home", Grade.FAIL, folder + " cannot be written", "correct its owner or set NARU_HOME");
    }
    try {
      String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
      return rights.endsWith("------")
          ? new Finding("home", Grade.OK, folder + " is " + rights, "")
          : new Finding(
              "home", Grade.WARN, folder + " is open to others: " + rights, "chmod 700 " + folder);
    } catch (IOException | UnsupportedOperationException e) {
      return new Finding("home", Grade.WARN, "rights of " + folder + " cannot be read", "");
    }
  }

  private Finding port(String check, String variable, int port, boolean mayBeOurs) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new Finding(check, Grade.OK, port + " is free", "");
    } catch (IOException busy) {
      return mayBeOurs
          ? new Finding(check, Grade.OK, port + " is in use by this home", "")
          : new Finding(
              check,
              Grade.FAIL,
              port + " is used by something else",
              "set " + variable + " to a free port");
    }
  }

  private static Finding cgroup() {
    Path v2 = Path.of("/sys/fs/cgroup/cgroup.controllers");
    Path v1 = Path.of("/sys/fs/cgroup/memory");
    String kind = Files.exists(v2) ? "v2" : Files.isDirectory(v1) ? "v1" : "none";
    boolean writable =
        kind.equals("v2") ? Files.isWritable(Path.of("/sys/fs/cgroup")) : Files.isWritable(v1);
    return kind.equals("none") || !writable
        ? new Finding(
            "cgroup",
            Grade.WARN,
            kind.equals("none") ? "no cgroups here" : kind + ", not writable",
            "limits are best effort, as the plan says")
        : new Finding("cgroup", Grade.OK, kind + ", writable", "");
  }

  private Finding server(Optional<JsonNode> health) {
    if (health.isEmpty()) {
      return new Finding(
          "control plane", Grade.OK, "not running; a command that needs it starts it", "");
    }
    if (health.get().path("status").asText().equals(ControlPlane.SILENT)) {
      return new Finding(
          "control plane",
          Grade.FAIL,
          "what listens on port " + home.apiPort() + " does not answer within 5 s",
          "see " + home.folder().resolve("logs/server.log") + ", or set NARU_API_PORT");
    }
    if (cli.controlPlane().running().isEmpty()) {
      return new Finding(
          "control plane",
          Grade.FAIL,
          "port "
              + home.apiPort()
              + " is answered by something that is not this home's control plane",
          "set NARU_API_PORT to a free port");
    }
    JsonNode said = health.get();
    boolean same = cli.build().isEmpty() || said.path("build").asText().equals(cli.build());
    return new Finding(
        "control plane",
        same ? Grade.OK : Grade.WARN,
        "process "
            + said.path("pid").asLong()
            + ", version "
            + said.path("version").asText()
            + ", build "
            + said.path("build").asText(),
        same ? "" : "it is of another build; the next command replaces it, what runs goes on");
  }

  private Finding gateway(boolean expected) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), home.gatewayPort()), 500);
      return new Finding("gateway", Grade.OK, "answers on port " + home.gatewayPort(), "");
    } catch (IOException e) {
      return expected
          ? new Finding(
              "gateway",
              Grade.WARN,
              "does not answer on port " + home.gatewayPort(),
              "the control plane starts it within seconds; see `naru get`")
          : new Finding("gateway", Grade.OK, "not running", "");
    }
  }

  private static Optional<String> said(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (InputStream text = process.getInputStream()) {
        String all = new String(text.readNBytes(4096), StandardCharsets.UTF_8);
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
            ? Optional.of(all)
            : Optional.empty();
      }
    } catch (IOException notThere) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("cannot check: interrupted");
    }
  }
}
