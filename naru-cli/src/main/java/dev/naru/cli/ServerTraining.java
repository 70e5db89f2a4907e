package dev.naru.cli;

import dev.naru.cli.api.Api;
import dev.naru.cli.api.BuiltServer;
import dev.naru.cli.api.ControlPlane;
import dev.naru.cli.api.Home;
import dev.naru.cli.talk.CommandException;
import dev.naru.cli.talk.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the AOT cache of the control plane: runs one in a home of its own, asks it the usual, tells
 * it to end. With the cache it starts in half the time. The launcher runs this in the background
 * after a build; nothing is left behind but the cache.
 */
final class ServerTraining {
  private static final long LIMIT_SECONDS = 120;

  private ServerTraining() {}

  /** Takes the build's folder and the file to write. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("naru-training");
    try {
      Map<String, String> env =
          Map.of(
              "NARU_ENGINE", "process",
              "NARU_API_PORT", freePort(),
              "NARU_GATEWAY_PORT", freePort());
      Home home = new Home(folder.resolve("home"), env);
      run(new BuiltServer(Path.of(args[0]), "", home), Path.of(args[1]), env);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static void run(BuiltServer built, Path cache, Map<String, String> env)
      throws IOException, InterruptedException {
    Files.createDirectory(built.home().folder());
    ProcessBuilder builder =
        new ProcessBuilder(built.program(List.of("-XX:AOTCacheOutput=" + cache)));
    builder.environment().putAll(env);
    builder.environment().put("NARU_HOME", built.home().folder().toString());
    Process server =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
    try {
      ControlPlane plane = new ControlPlane(built.home(), "", _ -> () -> ended(server), _ -> {});
      Api api = plane.connect();
      for (String path : List.of("version", "resources", "projects", "top", "audit?limit=1")) {
        api.get("/api/v1/" + path);
      }
      api.post("/api/v1/down", Json.object().put("purge", false));
      if (!server.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw CommandException.failed("cannot train the control plane: it does not end");
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static OptionalInt ended(Process server) {
    return server.isAlive() ? OptionalInt.empty() : OptionalInt.of(server.exitValue());
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }
}
