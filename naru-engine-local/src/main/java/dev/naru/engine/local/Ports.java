package dev.naru.engine.local;

import dev.naru.core.NaruException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses free ports of 127.0.0.1. The range lies outside the one from which Linux takes the ports
 * of outgoing connections (32768 and up by default), so a port stays free until its replica binds.
 */
final class Ports {
  /**
   * Ports given out lately are left alone, so that a late client meets nobody instead of another.
   */
  private static final int REMEMBERED = 512;

  private final int first;
  private final int count;
  private final Set<Integer> lately = new LinkedHashSet<>();

  /**
   * @param first lowest port
   * @param last highest port
   */
  Ports(int first, int last) {
    this.first = first;
    this.count = last - first + 1;
  }

  /**
   * A port that nobody listens on.
   *
   * @param taken ports that are promised to others
   */
  synchronized int choose(Set<Integer> taken) {
    int begin = ThreadLocalRandom.current().nextInt(count);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < count; i++) {
        int port = first + (begin + i) % count;
        if (!taken.contains(port) && (round > 0 || !lately.contains(port)) && isFree(port)) {
          remember(port);
          return port;
        }
      }
    }
    throw new NaruException(
        NaruException.Code.CONFLICT,
        "cannot find a free port of 127.0.0.1 from "
            + first
            + " to "
            + (first + count - 1)
            + "; stop something that listens there");
  }

  private void remember(int port) {
    lately.add(port);
    if (lately.size() > Math.min(REMEMBERED, count / 2)) {
      lately.remove(lately.iterator().next());
    }
  }

  /**
   * Asked as the strictest program would bind: on every address, and not where a connection of an
   * earlier attempt is still in TIME_WAIT; XGBoost's tracker fails there.
   */
  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(false);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
