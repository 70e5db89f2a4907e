package dev.naru.serving.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A replica on a raw socket, so that a test can see and do what no well-behaved server does. */
final class FakeReplica implements AutoCloseable {
  /** What it does with a request other than a probe. */
  interface Behaviour {
    /** Returns false to close the connection. */
    boolean answer(String request, Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final Thread acceptor;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger probes = new AtomicInteger();
  private final Behaviour behaviour;
  private volatile boolean ready = true;

  FakeReplica(Behaviour behaviour) throws IOException {
    this(0, behaviour);
  }

  FakeReplica(int port, Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    listener = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
    acceptor = Thread.ofPlatform().daemon().start(this::accept);
  }

  /** A replica that answers 200 with its name. */
  static FakeReplica named(String name) throws IOException {
    return new FakeReplica((request, socket) -> write(socket, ok(name)));
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  static boolean write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return true;
  }

  int port() {
    return listener.getLocalPort();
  }

  int probes() {
    return probes.get();
  }

  /** The requests other than probes, head and body. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  void ready(boolean now) {
    ready = now;
  }

  /** Open connections. */
  int connections() {
    return open.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed by the test.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      for (String request = read(socket.getInputStream());
          !request.isEmpty();
          request = read(socket.getInputStream())) {
        if (request.startsWith("GET /v2/health/ready ")) {
          probes.incrementAndGet();
          write(socket, ready ? ok("") : "HTTP/1.1 503 Starting\r\nContent-Length: 0\r\n\r\n");
        } else {
          requests.add(request);
          if (!behaviour.answer(request, socket)) {
            return;
          }
        }
      }
    } catch (IOException | InterruptedException e) {
      // The other side or the test closed it.
    } finally {
      open.remove(socket);
    }
  }

  /** One request with Content-Length, or an empty text at the end. */
  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int length =
        text.lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
            .sum();
    return text + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  /** Dies: no more connections, and those that are open are reset. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      acceptor.join(); // Only then is the last connection known.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (SocketException e) {
        // Its own thread closed it first.
      }
    }
  }
}
