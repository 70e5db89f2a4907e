package dev.naru.server.operator;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/**
 * Asks about images that others name, each once at a time and a limited number at once. It goes on
 * where nobody waits any more: what was verified is remembered by who verifies, so that the next
 * who asks has the answer. Safe for any thread.
 */
final class ForeignImages {
  private static final int AT_ONCE = 16;
  private static final int MOST = 256;

  private final UnaryOperator<String> admit;
  private final Map<String, FutureTask<String>> asked = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * Asks nobody yet.
   *
   * @param admit gives the reference by digest of an image that may start, and throws where it may
   *     not
   */
  ForeignImages(UnaryOperator<String> admit) {
    this.admit = admit;
  }

  /**
   * The reference by digest that may start; it ends with a NaruException where none may.
   *
   * @throws NaruException REGISTRY_UNREACHABLE where too many are asked about at the moment
   */
  Future<String> ask(String ref) {
    if (asked.size() >= MOST) {
      throw new NaruException(
          Code.REGISTRY_UNREACHABLE,
          "cannot look at " + ref + ": registries are asked about " + MOST + " others; try again");
    }
    return asked.computeIfAbsent(ref, this::begin);
  }

  private FutureTask<String> begin(String ref) {
    FutureTask<String> task = new FutureTask<>(() -> admitted(ref));
    Thread.ofVirtual()
        .name("trust")
        .start(() -> {
          task.run();
          asked.remove(ref, task);
        });
    return task;
  }

  private String admitted(String ref) throws InterruptedException {
    places.acquire();
    try {
      return admit.apply(ref);
    } finally {
      places.release();
    }
  }
}
