package dev.naru.core.testkit.engine;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A workload that tries who talks to whom; one class that uses nothing but the JDK.
 *
 * <ul>
 *   <li>{@code serve NAME PORT…}: answers with its name on those ports, by TCP and by UDP
 *   <li>{@code reach HOST:PORT/PROTOCOL…}: prints {@code HOST:PORT/PROTOCOL=ANSWER} for each, with
 *       {@code none} where nobody answers within 2 s
 *   <li>{@code hold HOST:PORT}: opens a connection and prints {@code open}, then {@code closed}
 *   <li>{@code keep NAME PORT HOST:PORT}: serves, prints {@code asks=ANSWER}, and holds, again and
 *       again
 * </ul>
 */
public final class Talker {
  private static final int MILLIS = 2000;

  private Talker() {}

  /** Does what the arguments say. */
  public static void main(String[] words) throws Exception {
    switch (words[0]) {
      case "serve" -> {
        for (int i = 2; i < words.length; i++) {
          serve(words[1], Integer.parseInt(words[i]));
        }
        System.out.println("listening");
        Thread.sleep(Long.MAX_VALUE);
      }
      case "hold" -> hold(words[1]);
      case "keep" -> {
        serve(words[1], Integer.parseInt(words[2]));
        System.out.println("asks=" + ask(words[3] + "/tcp"));
        // Who is dialled may come later.
        while (true) {
          hold(words[3]);
          Thread.sleep(MILLIS / 2);
        }
      }
      case "reach" -> {
        List<Thread> all = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
          String target = words[i];
          all.add(Thread.ofPlatform().start(() -> System.out.println(target + "=" + ask(target))));
        }
        for (Thread thread : all) {
          thread.join();
        }
      }
      default -> throw new IllegalArgumentException("unknown word " + words[0]);
    }
  }

  private static void serve(String name, int port) throws IOException {
    byte[] answer = name.getBytes(StandardCharsets.UTF_8);
    ServerSocket server = new ServerSocket(port);
    DatagramSocket socket = new DatagramSocket(port);
    daemon(() -> {
      while (true) {
        Socket caller = server.accept();
        daemon(() -> {
          caller.getOutputStream().write(answer);
          caller.getOutputStream().flush();
          // Holds on until the caller goes.
          caller.getInputStream().read();
          caller.close();
          return caller;
        });
      }
    });
    daemon(() -> {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        socket.receive(packet);
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    });
  }

  /** The program is one class, so this is no interface of its own. */
  private static void daemon(Callable<Object> work) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            work.call();
          } catch (Exception e) {
            return;
          }
        });
  }

  private static String ask(String target) {
    int slash = target.lastIndexOf('/');
    int colon = target.lastIndexOf(':');
    String host = target.substring(0, colon);
    int port = Integer.parseInt(target.substring(colon + 1, slash));
    try {
      byte[] answer = target.endsWith("/udp") ? datagram(host, port) : connection(host, port);
      return answer.length == 0 ? "none, empty" : new String(answer, StandardCharsets.UTF_8);
    } catch (IOException | RuntimeException e) {
      return "none, " + e;
    }
  }

  private static byte[] connection(String host, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), MILLIS);
      socket.setSoTimeout(MILLIS);
      byte[] read = new byte[64];
      int n = Math.max(0, socket.getInputStream().read(read));
      return java.util.Arrays.copyOf(read, n);
    }
  }

  /** Asks twice: the first datagram may be lost while addresses are found. */
  private static byte[] datagram(String host, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(host, port));
      for (int i = 0; ; i++) {
        socket.setSoTimeout(MILLIS / 2);
        socket.send(new DatagramPacket(new byte[] {1}, 1));
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        try {
          socket.receive(packet);
          return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (java.net.SocketTimeoutException e) {
          if (i == 1) {
            throw e;
          }
        }
      }
    }
  }

  private static void hold(String target) throws IOException {
    int colon = target.lastIndexOf(':');
    try (Socket socket =
        new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
      int first = socket.getInputStream().read();
      System.out.println(first < 0 ? "refused" : "open");
      byte[] rest = new byte[64];
      while (socket.getInputStream().read(rest) >= 0) {
        // The rest of the answer.
      }
    } catch (IOException e) {
      System.out.println("broken, " + e);
    }
    System.out.println("closed");
  }
}
