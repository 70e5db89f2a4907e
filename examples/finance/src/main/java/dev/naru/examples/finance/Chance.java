package dev.naru.examples.finance;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Draws that are the same on every machine: only the bits of a named generator are used, and
 * everything else is computed here with {@link StrictMath}, because the JDK's own distributions may
 * change between releases.
 */
final class Chance {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATOR =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final RandomGenerator bits;

  Chance(long seed) {
    bits = GENERATOR.create(seed);
  }

  /** A seed of its own for one member of a family, so that members can be drawn in any order. */
  static long seed(long family, long member) {
    long z = family + 0x9E3779B97F4A7C15L * (member + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, 1). */
  double unit() {
    return (bits.nextLong() >>> 11) * 0x1p-53;
  }

  boolean happens(double probability) {
    return unit() < probability;
  }

  /** Uniform in 0..bound-1. */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  double between(double from, double to) {
    return from + unit() * (to - from);
  }

  /** Standard normal, by Marsaglia's polar method. */
  double gaussian() {
    while (true) {
      double x = between(-1, 1);
      double y = between(-1, 1);
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  double gaussian(double mean, double deviation) {
    return mean + deviation * gaussian();
  }

  /** Number of events where {@code mean} are expected; for means below about 20. */
  int poisson(double mean) {
    double limit = StrictMath.exp(-mean);
    int events = 0;
    for (double product = unit(); product > limit; product *= unit()) {
      events++;
    }
    return events;
  }
}
