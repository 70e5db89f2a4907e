package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();

  @Test
  void aConnectionThatBreaksIsALoss() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket door = new ServerSocket(0, 2, here);
        Socket peer = new Socket(here, door.getLocalPort())) {
      Watch _ = Watch.accept(door, 1, LIMIT, losses::add);
      peer.shutdownOutput();
      assertThat(losses.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo("a rank of this gang is lost");
    }
  }

  @Test
  void aFarewellIsNone() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket door = new ServerSocket(0, 2, here)) {
      Watch first = Watch.connect(here, door.getLocalPort(), LIMIT, losses::add);
      Watch second = Watch.connect(here, door.getLocalPort(), LIMIT, losses::add);
      try (Socket toFirst = door.accept();
          Socket toSecond = door.accept()) {
        first.farewell();
        second.farewell();
        assertThat(toFirst.getInputStream().read()).isEqualTo('b');
        toFirst.getOutputStream().write('b');
        toFirst.shutdownOutput();
        // The second leaves without: the only loss there is.
        toSecond.shutdownOutput();
        assertThat(losses.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("rank 0 is lost");
        assertThat(losses).isEmpty();
      }
    }
  }
}
