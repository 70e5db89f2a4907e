package dev.naru.server;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.server.api.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Chooses where a home's servers listen: by {@code NARU_API_PORT} and {@code NARU_GATEWAY_PORT},
 * else as the home remembers, else 8800 and 8801. What was chosen is remembered in the home's file
 * {@code ports}, one {@code name=number} a line, which commands read to find the API.
 */
final class PortChoice {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int USUAL_API = 8800;
  private static final int USUAL_GATEWAY = 8801;

  private final Path file;
  private final Map<String, String> env;
  private final IntPredicate isOurGateway;

  /**
   * For a home.
   *
   * @param env the environment
   * @param isOurGateway whether the gateway of this home answers on that admin port
   */
  PortChoice(Path file, Map<String, String> env, IntPredicate isOurGateway) {
    this.file = file;
    this.env = Map.copyOf(env);
    this.isOurGateway = isOurGateway;
  }

  /**
   * Chooses, checks that nobody else listens there, and remembers.
   *
   * @throws NaruException INVALID for what is no port, CONFLICT for one that is taken; the message
   *     names the variable
   */
  Ports choose() {
    Map<String, Integer> before = remembered();
    int api = wanted("NARU_API_PORT", before.getOrDefault("api", USUAL_API));
    int gateway = wanted("NARU_GATEWAY_PORT", before.getOrDefault("gateway", USUAL_GATEWAY));
    int admin = before.getOrDefault("admin", 0);
    if (api == gateway) {
      throw new NaruException(
          Code.INVALID,
          "cannot use port %d for both API and gateway; set NARU_API_PORT and NARU_GATEWAY_PORT"
                  .formatted(api)
              + " to two ports");
    }
    expectFree("NARU_API_PORT", "API", api);
    if (admin != 0 && isOurGateway.test(admin)) {
      expectSame(before.getOrDefault("gateway", gateway), gateway);
    } else {
      expectFree("NARU_GATEWAY_PORT", "gateway", gateway);
      admin = admin != 0 && isFree(admin) ? admin : anyFree();
    }
    Ports ports = new Ports(api, gateway, admin);
    remember(ports);
    return ports;
  }

  private int wanted(String variable, int otherwise) {
    String given = env.getOrDefault(variable, "").strip();
    if (given.isEmpty()) {
      return otherwise;
    }
    if (!given.matches("[0-9]{1,5}")
        || Integer.parseInt(given) < 1
        || Integer.parseInt(given) > 65535) {
      throw new NaruException(
          Code.INVALID,
          "cannot use %s=%s: expected a port from 1 to 65535; correct or unset it"
              .formatted(variable, given));
    }
    return Integer.parseInt(given);
  }

  private static void expectFree(String variable, String what, int port) {
    if (!isFree(port)) {
      throw new NaruException(
          Code.CONFLICT,
          "cannot listen on 127.0.0.1:%d for the %s: something else does; set %s to a free port"
              .formatted(port, what, variable));
    }
  }

  /** A running gateway is adopted, not moved: requests are under way in it. */
  private static void expectSame(int running, int wanted) {
    if (running != wanted) {
      throw new NaruException(
          Code.CONFLICT,
          "cannot use NARU_GATEWAY_PORT=%d: the gateway of this home listens on %d already; unset"
                  .formatted(wanted, running)
              + " the variable, or stop everything by naru down first");
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFree() {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot find a free port: " + e, e);
    }
  }

  private Map<String, Integer> remembered() {
    Map<String, Integer> ports = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.matches("[a-z]+=[0-9]{1,5}")) {
          int at = line.indexOf('=');
          ports.put(line.substring(0, at), Integer.valueOf(line.substring(at + 1)));
        }
      }
    } catch (NoSuchFileException e) {
      return ports; // a new home
    } catch (IOException e) {
      throw new NaruException(Code.INTERNAL, "cannot read " + file + ": " + e, e);
    }
    return ports;
  }

  private void remember(Ports ports) {
    String text =
        "api=%d\ngateway=%d\nadmin=%d\n"
            .formatted(ports.api(), ports.gateway(), ports.gatewayAdmin());
    HomeFiles.replace(file, text.getBytes(StandardCharsets.US_ASCII));
  }
}
