package dev.naru.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A real registry on loopback, where the machine has one. */
final class LocalRegistry implements AutoCloseable {
  private final Process process;
  private final String host;

  private LocalRegistry(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  static Optional<LocalRegistry> start(Path folder) throws IOException, InterruptedException {
    Optional<Path> program = Tools.find("docker-registry");
    if (program.isEmpty()) {
      return Optional.empty();
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("registry.yml");
    Files.writeString(
        config,
        "version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: 127.0.0.1:%d}\n"
            .formatted(folder.resolve("registry"), port));
    Process process =
        new ProcessBuilder(program.get().toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("registry.log").toFile())
            .start();
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return Optional.of(new LocalRegistry(process, "127.0.0.1:" + socket.getPort()));
      } catch (IOException e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          process.destroy();
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  String host() {
    return host;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
