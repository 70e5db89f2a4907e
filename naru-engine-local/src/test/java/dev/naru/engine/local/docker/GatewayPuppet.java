package dev.naru.engine.local.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;

/**
 * Stands in for the gateway: at its admin port it tells its token, at its public one it passes on
 * what is answered at the address that it is asked for.
 */
final class GatewayPuppet {
  private GatewayPuppet() {}

  /** With directory, admin address, port and admin port. */
  public static void main(String[] words) throws IOException {
    byte[] token = Files.readAllBytes(Path.of(words[0], "token"));
    ServerSocket admin = new ServerSocket();
    admin.bind(new InetSocketAddress(InetAddress.ofLiteral(words[1]), Integer.parseInt(words[3])));
    Thread.ofPlatform().start(() -> serve(admin, (_, out) -> out.write(token)));
    serve(new ServerSocket(Integer.parseInt(words[2])), GatewayPuppet::pass);
  }

  /** One conversation. */
  private interface Talk {
    void with(Socket socket, OutputStream out) throws IOException;
  }

  private static void serve(ServerSocket server, Talk talk) {
    while (true) {
      try (Socket socket = server.accept();
          OutputStream out = socket.getOutputStream()) {
        talk.with(socket, out);
      } catch (IOException e) {
        System.err.println(e);
      }
    }
  }

  private static void pass(Socket socket, OutputStream out) throws IOException {
    String address = new Scanner(socket.getInputStream(), StandardCharsets.UTF_8).nextLine();
    int colon = address.lastIndexOf(':');
    try (Socket replica = new Socket()) {
      replica.connect(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
          1000);
      replica.getInputStream().transferTo(out);
    }
  }
}
