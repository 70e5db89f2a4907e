package dev.naru.serving.gateway;

/** What happened to the requests of one route since the gateway started. On the loop. */
final class Counters {
  /** Upper bounds of the latency histogram, seconds. */
  static final double[] BUCKETS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  /** Requests that named this route and were read whole. */
  long arrivals;

  /** Requests whose answer from a replica was passed on whole, whatever its status. */
  long completed;

  /** Requests that no replica answered, or not to the end. */
  long failed;

  /** Requests that were refused because too many were held, or held too long. */
  long rejected;

  /** Requests whose client went away first. */
  long cancelled;

  /** Requests sent to a second replica. */
  long retried;

  /**
   * Time between sending a request to its replica and the end of the answer, of the completed ones.
   */
  long serviceMicros;

  /**
   * Of {@link #completed}, those whose time in the replica was beyond the route's {@code
   * slowAfterMillis}.
   */
  long slow;

  /**
   * Answers by first digit of the status, 1xx at index 0; those that the gateway writes itself too.
   */
  final long[] statuses = new long[5];

  /**
   * Completed requests by time from arrival to the end of the answer; the last one is above every
   * bound.
   */
  final long[] latencies = new long[BUCKETS.length + 1];

  double latencySeconds;

  /** Epoch milliseconds of the last arrival, 0 before the first. */
  long lastArrival;

  void completed(long serviceNanos, long latencyNanos, long slowAfterNanos) {
    completed++;
    if (slowAfterNanos > 0 && serviceNanos > slowAfterNanos) {
      slow++;
    }
    serviceMicros += serviceNanos / 1_000;
    double seconds = latencyNanos / 1e9;
    latencySeconds += seconds;
    int bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]) {
      bucket++;
    }
    latencies[bucket]++;
  }

  void status(int code) {
    int digit = code / 100;
    if (digit >= 1 && digit <= 5) {
      statuses[digit - 1]++;
    }
  }
}
