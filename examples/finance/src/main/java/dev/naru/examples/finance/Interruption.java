package dev.naru.examples.finance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM as a question that the work answers at its next safe point. The JVM itself ends with 143
 * when it was ended by SIGTERM and its shutdown hooks are through.
 */
final class Interruption {
  /** Left of the grace for the JVM to end. */
  private static final Duration RESERVE = Duration.ofMillis(500);

  private final AtomicBoolean asked = new AtomicBoolean();
  private final CountDownLatch finished = new CountDownLatch(1);

  /**
   * From now on a SIGTERM is held back until {@link #finished} or until the grace is nearly over;
   * before, there is nothing to save and it ends the process at once.
   */
  void install(Duration grace) {
    Duration most = grace.minus(RESERVE);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> hold(most), "interruption"));
    } catch (IllegalStateException _) {
      throw Stop.interrupted("asked to stop before the first round");
    }
  }

  private void hold(Duration most) {
    asked.set(true);
    try {
      // The answer does not matter: in time or not, the JVM must end now.
      boolean _ = finished.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  boolean asked() {
    return asked.get();
  }

  /** Everything is saved and said; the JVM may end. */
  void finished() {
    finished.countDown();
  }
}
