package dev.naru.engine.local.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Passes on what one workload sends along its declared links: it listens on the workload's own
 * networks and dials what each link leads to, as bytes, whatever they are. It looks names up anew
 * for each connection, and answers nothing else.
 */
public final class RelayMain {
  /** Connections and UDP callers at a time; who comes then waits, or is dropped. */
  private static final int MOST = 1024;

  private static final int CONNECT_MILLIS = 10_000;
  private static final int IDLE_MILLIS = 60_000;
  private static final int LONGEST_DATAGRAM = 65_535;

  private RelayMain() {}

  /**
   * Listens until it is killed.
   *
   * @param words of each link {@code ADDRESS PORT/PROTOCOL HOST}: where to listen, and whom to dial
   *     on the same port
   */
  public static void main(String[] words) throws IOException, InterruptedException {
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i + 2 < words.length; i += 3) {
      String[] port = words[i + 1].split("/", 2);
      InetSocketAddress here =
          new InetSocketAddress(InetAddress.ofLiteral(words[i]), Integer.parseInt(port[0]));
      String host = words[i + 2];
      if (port[1].equals("udp")) {
        DatagramSocket socket = new DatagramSocket(here);
        all.add(Thread.ofPlatform().start(() -> datagrams(socket, host)));
      } else {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(here);
        all.add(Thread.ofPlatform().start(() -> connections(server, host)));
      }
    }
    System.out.println("listening");
    for (Thread thread : all) {
      thread.join();
    }
  }

  private static void connections(ServerSocket server, String host) {
    Semaphore room = new Semaphore(MOST);
    while (true) {
      try {
        room.acquire();
        Socket caller = server.accept();
        Thread.startVirtualThread(() -> {
          try (caller;
              Socket far = new Socket()) {
            far.connect(new InetSocketAddress(host, server.getLocalPort()), CONNECT_MILLIS);
            Thread back = Thread.startVirtualThread(() -> pour(far, caller));
            pour(caller, far);
            back.join();
          } catch (IOException | InterruptedException e) {
            // The caller sees the end of its connection, and tries again where it wants to.
            System.out.println(host + ":" + server.getLocalPort() + " " + e.getMessage());
          } finally {
            room.release();
          }
        });
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("cannot listen any more", e);
      }
    }
  }

  /** One direction; the end of what is sent is passed on too. */
  private static void pour(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed one way or the other.
      return;
    }
  }

  /** Each caller has a socket of its own, by which answers find their way back. */
  private static void datagrams(DatagramSocket socket, String host) {
    Map<SocketAddress, DatagramSocket> callers = new ConcurrentHashMap<>();
    DatagramPacket packet = new DatagramPacket(new byte[LONGEST_DATAGRAM], LONGEST_DATAGRAM);
    while (true) {
      try {
        packet.setLength(LONGEST_DATAGRAM);
        socket.receive(packet);
        SocketAddress caller = packet.getSocketAddress();
        DatagramSocket far = callers.get(caller);
        if (far == null) {
          if (callers.size() >= MOST) {
            continue;
          }
          far = new DatagramSocket();
          far.connect(new InetSocketAddress(InetAddress.getByName(host), socket.getLocalPort()));
          callers.put(caller, far);
          answers(socket, caller, far, callers);
        }
        far.send(new DatagramPacket(packet.getData(), packet.getLength()));
      } catch (IOException e) {
        System.out.println(host + ":" + socket.getLocalPort() + "/udp " + e.getMessage());
      }
    }
  }

  private static void answers(
      DatagramSocket socket,
      SocketAddress caller,
      DatagramSocket far,
      Map<SocketAddress, DatagramSocket> callers) {
    Thread.startVirtualThread(() -> {
      try (far) {
        far.setSoTimeout(IDLE_MILLIS);
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST_DATAGRAM], LONGEST_DATAGRAM);
        while (true) {
          packet.setLength(LONGEST_DATAGRAM);
          far.receive(packet);
          socket.send(new DatagramPacket(packet.getData(), packet.getLength(), caller));
        }
      } catch (SocketTimeoutException e) {
        return; // nobody has anything to say any more
      } catch (IOException e) {
        System.out.println("udp " + e.getMessage());
      } finally {
        callers.remove(caller);
      }
    });
  }
}
