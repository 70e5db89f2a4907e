package dev.naru.engine.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Tries whether links hold: answers on a port, and says whom it reaches. */
public final class ProbeMain {
  /** What it prints of somebody who answered. */
  public static final String REACHED = "reached";

  /** What it prints of somebody who did not. */
  public static final String NONE = "none";

  private static final int MILLIS = 2000;
  private static final int PAUSE_MILLIS = 1000;

  private ProbeMain() {}

  /**
   * {@code listen PORT} answers until it is killed; {@code dial HOST PORT TIMES} prints {@value
   * #REACHED} or {@value #NONE} that often, once a second; {@code both PORT HOST PORT TIMES} does
   * both.
   */
  public static void main(String[] words) throws IOException, InterruptedException {
    switch (words[0]) {
      case "listen" -> listen(Integer.parseInt(words[1]));
      case "dial" -> dial(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
      case "both" -> {
        ServerSocket server = new ServerSocket(Integer.parseInt(words[1]));
        Thread.ofPlatform().start(() -> answer(server));
        dial(words[2], Integer.parseInt(words[3]), Integer.parseInt(words[4]));
      }
      default -> throw new IllegalArgumentException("unknown word " + words[0]);
    }
  }

  private static void listen(int port) throws IOException {
    answer(new ServerSocket(port));
  }

  private static void answer(ServerSocket server) {
    while (true) {
      try (Socket caller = server.accept()) {
        caller.getOutputStream().write('!');
      } catch (IOException e) {
        // One caller's trouble is not the others'.
        System.out.println(e.getMessage());
      }
    }
  }

  private static void dial(String host, int port, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      System.out.println(answers(host, port) ? REACHED : NONE);
      if (i + 1 < times) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Whether {@code listen} answers there within 2 s. */
  public static boolean answers(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), MILLIS);
      socket.setSoTimeout(MILLIS);
      return socket.getInputStream().read() == '!';
    } catch (IOException e) {
      return false;
    }
  }
}
