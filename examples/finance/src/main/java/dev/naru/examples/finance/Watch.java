package dev.naru.examples.finance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections that notice the death of a rank at once: each rank holds one to rank 0, and one that
 * breaks without a farewell means that the rank at its other end is lost. XGBoost does not always
 * see it: of 15 gangs of three whose rank 0 was killed, two waited in a round for their timeout.
 */
final class Watch {
  private static final int FAREWELL = 'b';

  private final List<Socket> peers = new ArrayList<>();
  private final Consumer<String> lost;

  private Watch(Consumer<String> lost) {
    this.lost = lost;
  }

  /**
   * Rank 0's end: waits until all others are there.
   *
   * @param lost called, from another thread, with a sentence when a peer has died
   */
  static Watch accept(ServerSocket door, int others, Duration limit, Consumer<String> lost)
      throws IOException {
    Watch watch = new Watch(lost);
    door.setSoTimeout(Math.toIntExact(limit.toMillis()));
    for (int i = 0; i < others; i++) {
      watch.add(door.accept(), "a rank of this gang is lost");
    }
    return watch;
  }

  /** The end of any other rank. */
  static Watch connect(InetAddress host, int port, Duration limit, Consumer<String> lost)
      throws IOException {
    Watch watch = new Watch(lost);
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), Math.toIntExact(limit.toMillis()));
    watch.add(socket, "rank 0 is lost");
    return watch;
  }

  /** Nobody to watch. */
  static Watch none() {
    return new Watch(_ -> {});
  }

  private void add(Socket socket, String loss) {
    peers.add(socket);
    Thread.ofPlatform().daemon().name("watch").start(() -> listen(socket, loss));
  }

  private void listen(Socket socket, String loss) {
    try {
      if (socket.getInputStream().read() == FAREWELL) {
        return;
      }
    } catch (IOException _) {
      // as good as the end of the stream
    }
    lost.accept(loss);
  }

  /**
   * Tells the peers that what comes next is no loss. The connections stay until the process ends.
   */
  void farewell() {
    for (Socket peer : peers) {
      try {
        peer.getOutputStream().write(FAREWELL);
      } catch (IOException _) {
        // that peer is gone; its own end has been noticed by the reader
      }
    }
  }
}
