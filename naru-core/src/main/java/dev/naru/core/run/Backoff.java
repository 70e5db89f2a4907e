package dev.naru.core.run;

import java.time.Duration;

/**
 * Waits between tries: none before the first retry, then {@code first}, then twice the last, up to
 * {@code most}.
 *
 * @param first wait before the second retry; above zero
 * @param most upper bound of one wait; at least {@code first}
 */
public record Backoff(Duration first, Duration most) {
  /** Of attempts and replicas: 1 s, 2 s, 4 s … 30 s. */
  public static final Backoff STANDARD = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  /** Checks both. */
  public Backoff {
    if (first.compareTo(Duration.ZERO) <= 0 || most.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "waits must grow from above zero, found " + first + " to " + most);
    }
  }

  /**
   * The wait before the next try.
   *
   * @param failures how many tries failed so far, from 1
   */
  public Duration after(int failures) {
    if (failures <= 1) {
      return Duration.ZERO;
    }
    Duration wait = first.multipliedBy(1L << Math.min(20, failures - 2));
    return wait.compareTo(most) > 0 ? most : wait;
  }
}
