package dev.naru.core.serve;

import dev.naru.spec.Inference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How many replicas an Inference wants, from what the gateway counted. Pure: the same samples give
 * the same answer, so recorded load can be replayed.
 *
 * <p>Up by the demand ({@link Load#demand}) of the last {@link #FAST}, where it is more than {@link
 * #TOLERANCE} beyond what the replicas are wanted to have; down only to the largest demand of the
 * last {@link #SLOW}, and only where these were watched throughout. So noise moves nothing.
 */
public final class Autoscaler {
  /** The window that decides about more replicas. */
  public static final Duration FAST = Duration.ofSeconds(2);

  /** The window that decides about fewer replicas; samples must reach back that far. */
  public static final Duration SLOW = Duration.ofSeconds(30);

  /** What replicas may have at once beyond the wanted before one is added. */
  static final double TOLERANCE = 1.1;

  /** Time for a replica that was added for its speed to show it. */
  static final Duration SETTLING = Duration.ofSeconds(5);

  private Autoscaler() {}

  /**
   * An answer.
   *
   * @param replicas wanted, within the file's bounds
   * @param why in words, with the figures
   */
  public record Wanted(int replicas, String why) {}

  /**
   * Decides.
   *
   * @param spec bounds and targets
   * @param current replicas wanted so far
   * @param proven whether zero replicas are allowed: a replica of the newest revision was ready
   *     once
   * @param samples oldest first, of the last {@link #SLOW} and a little more as far as there are
   *     any; empty while the gateway cannot be asked
   * @param since when {@code current} was decided
   * @param now the moment
   */
  public static Wanted decide(
      Inference.Spec spec,
      int current,
      boolean proven,
      List<Sample> samples,
      Instant since,
      Instant now) {
    int least = Math.max(spec.replicas().min(), proven ? 0 : 1);
    int most = Math.max(least, spec.replicas().most());
    int from = Math.clamp(current, least, most);
    if (from != current) {
      return new Wanted(from, "the file wants %d to %d".formatted(least, most));
    }
    if (samples.isEmpty()) {
      return new Wanted(current, "no figures yet");
    }
    Load load = new Load(samples, now);
    int concurrency = spec.scaling().concurrency();
    double demand = load.demand(now, FAST);
    int busy = (int) Math.ceil(demand / (concurrency * TOLERANCE));
    if (busy > current && current < most) {
      return new Wanted(Math.min(busy, most), words(demand, concurrency));
    }
    Optional<Duration> p95 = spec.scaling().p95();
    boolean slow = p95.isPresent() && demand > current && load.tooSlow(now, FAST);
    if (slow && current < most && !now.isBefore(since.plus(SETTLING))) {
      return new Wanted(
          current + 1,
          words(demand, concurrency)
              + ", and more than 5 % slower than "
              + p95.get().toMillis()
              + " ms");
    }
    return fewer(spec, current, least, load, since, now);
  }

  private static Wanted fewer(
      Inference.Spec spec, int current, int least, Load load, Instant since, Instant now) {
    Wanted same = new Wanted(current, "as wanted");
    double most = load.largestDemand(FAST, SLOW);
    if (most == 0 && least == 0 && load.idleFor(spec.scaling().idle(), since, SLOW)) {
      return new Wanted(0, "no request in the last " + spec.scaling().idle().toSeconds() + " s");
    }
    if (!load.watched(SLOW)) {
      return same;
    }
    if (most == 0) {
      int idle = Math.max(1, least);
      return current > idle
          ? new Wanted(idle, "nothing to do in the last " + SLOW.toSeconds() + " s")
          : same;
    }
    int needed = Math.max(least, (int) Math.ceil(most / spec.scaling().concurrency()));
    if (spec.scaling().p95().isPresent()) {
      // Some of them may be there for their speed: let go of one at a time, and look again.
      boolean settled = !now.isBefore(since.plus(SLOW));
      needed = settled ? Math.max(needed, current - 1) : current;
    }
    return needed < current
        ? new Wanted(needed, "less to do in the last " + SLOW.toSeconds() + " s")
        : same;
  }

  private static String words(double demand, int concurrency) {
    return "%.1f requests at once in the last %d s, %d wanted in one replica"
        .formatted(demand, FAST.toSeconds(), concurrency);
  }
}
