package dev.naru.core.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What samples of the gateway's counters say of a time. Counters that fall back, gaps and clocks
 * that jump make it say less, never something wild.
 *
 * @param samples oldest first, at least one
 * @param now the moment
 */
record Load(List<Sample> samples, Instant now) {
  /** Share of requests that may be slower than the wanted 95th percentile. */
  private static final double SLOW_SHARE = 0.05;

  /** Fewest requests that a percentile is judged by. */
  private static final int ENOUGH = 20;

  /** A longer time between two samples was not watched. */
  private static final Duration GAP = Duration.ofSeconds(6);

  /** Time that counters are divided by at least: two samples may be a millisecond apart. */
  private static final Duration SHORTEST = Duration.ofMillis(500);

  /** Copies the list. */
  Load {
    samples = List.copyOf(samples);
  }

  /**
   * Requests at once, in replicas or held, on average over the {@code window} before {@code end}.
   *
   * <p>By Little's law that is the time that requests spent in replicas, divided by the window; so
   * short requests are not missed between two samples. One that ended in the window has spent no
   * more than all of it there, and one that is still open has not been counted yet.
   */
  double demand(Instant end, Duration window) {
    List<Sample> within = within(end, window);
    double held = within.stream().mapToInt(s -> s.stats().held()).average().orElse(0);
    double open = within.stream().mapToInt(s -> s.stats().inFlight()).average().orElse(0);
    if (within.size() < 2) {
      return held + open;
    }
    Sample first = within.getFirst();
    Sample last = within.getLast();
    long nanos = Math.max(Duration.between(first.at(), last.at()).toNanos(), SHORTEST.toNanos());
    long spent = last.stats().serviceTime().minus(first.stats().serviceTime()).toNanos();
    long completed = last.stats().completed() - first.stats().completed();
    double finished = Math.clamp((double) spent / nanos, 0.0, (double) Math.max(0, completed));
    return held + Math.max(finished, open);
  }

  /** The largest demand of the windows that together make up the {@code time} before now. */
  double largestDemand(Duration window, Duration time) {
    double most = 0;
    for (Instant end = now; end.isAfter(now.minus(time)); end = end.minus(window)) {
      most = Math.max(most, demand(end, window));
    }
    return most;
  }

  /** Whether more than 5 % of the requests of that window were slow. */
  boolean tooSlow(Instant end, Duration window) {
    List<Sample> within = within(end, window);
    if (within.isEmpty()) {
      return false;
    }
    long completed = within.getLast().stats().completed() - within.getFirst().stats().completed();
    long slow = within.getLast().stats().slow() - within.getFirst().stats().slow();
    return completed >= ENOUGH && slow > completed * SLOW_SHARE;
  }

  /** Whether there are samples throughout the {@code time} before now. */
  boolean watched(Duration time) {
    Instant covered = now;
    for (Sample sample : samples.reversed()) {
      if (Duration.between(sample.at(), covered).compareTo(GAP) > 0) {
        return false;
      }
      covered = sample.at();
      if (!covered.isAfter(now.minus(time))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether no request came for {@code idle}, counted from {@code since} at the earliest. A gateway
   * that was restarted does not know of earlier requests; then the time must have been watched, as
   * far as samples are {@code kept}.
   */
  boolean idleFor(Duration idle, Instant since, Duration kept) {
    Optional<Instant> last =
        samples.stream().flatMap(s -> s.stats().lastRequestAt().stream()).max(Instant::compareTo);
    Instant from = last.filter(since::isBefore).orElse(since);
    Duration seen = idle.compareTo(kept) < 0 ? idle : kept;
    return !from.plus(idle).isAfter(now) && (last.isPresent() || watched(seen));
  }

  private List<Sample> within(Instant end, Duration window) {
    Instant from = end.minus(window);
    List<Sample> within =
        samples.stream().filter(s -> !s.at().isBefore(from) && !s.at().isAfter(end)).toList();
    if (!within.isEmpty() || end.isBefore(now)) {
      return within;
    }
    return List.of(samples.getLast());
  }
}
