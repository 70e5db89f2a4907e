package dev.naru.serving;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another thread or process does, with a limit. */
public final class Eventually {
  private Eventually() {}

  /** Returns once the condition holds; fails after ten seconds. */
  public static void that(String claim, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s: " + claim);
      }
      Thread.sleep(2);
    }
  }
}
