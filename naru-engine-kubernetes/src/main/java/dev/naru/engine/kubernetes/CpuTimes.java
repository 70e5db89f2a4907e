package dev.naru.engine.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Processor times between two measurements. A kubelet measures every ten seconds or so: until it
 * does again, what was used since its last two measurements is taken to go on. Never tells less
 * than before, but of what was started again.
 *
 * @param <K> what uses it
 */
final class CpuTimes<K> {
  private static final Duration GOES_ON = Duration.ofSeconds(30);

  private final Map<K, Known> known = new ConcurrentHashMap<>();

  private record Known(Instant at, Duration cpu, double rate, Duration told) {}

  /**
   * What was used until now.
   *
   * @param cpu as it was measured last
   * @param at when that was, by the clock of its node
   */
  Duration until(Instant now, K key, Duration cpu, Instant at) {
    Known known =
        this.known.compute(
            key,
            (_, before) ->
                before == null || cpu.compareTo(before.cpu()) < 0
                    ? new Known(at, cpu, 0, cpu)
                    : next(before, now, cpu, at));
    return known.told();
  }

  private static Known next(Known before, Instant now, Duration cpu, Instant at) {
    long since = Duration.between(before.at(), at).toNanos();
    double rate = since > 0 ? (double) cpu.minus(before.cpu()).toNanos() / since : before.rate();
    long ago = Math.clamp(Duration.between(at, now).toNanos(), 0, GOES_ON.toNanos());
    Duration told = cpu.plusNanos(Math.round(rate * ago));
    return new Known(at, cpu, rate, told.compareTo(before.told()) < 0 ? before.told() : told);
  }

  /** Forgets all but these. */
  void keepOnly(Set<K> keys) {
    known.keySet().retainAll(keys);
  }
}
