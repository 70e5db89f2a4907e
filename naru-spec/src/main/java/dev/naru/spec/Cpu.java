package dev.naru.spec;

import java.math.BigDecimal;

/**
 * An amount of processor time: a reservation and a weight, never a cap.
 *
 * @param millis thousandths of a core, from 0
 */
public record Cpu(long millis) implements Comparable<Cpu> {
  /** No processor time. */
  public static final Cpu ZERO = new Cpu(0);

  /** Checks the range. */
  public Cpu {
    if (millis < 0) {
      throw new IllegalArgumentException("cpu must be at least 0, found " + millis + "m");
    }
  }

  /**
   * Reads cores such as {@code 250m}, {@code 0.5} or {@code 2}.
   *
   * @throws IllegalArgumentException in words, when it is none, negative or absurdly large
   */
  public static Cpu parse(String text) {
    BigDecimal millis = Quantities.millicores(text);
    if (millis.signum() < 0 || millis.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("cpu must be at least 0 and countable, found " + text);
    }
    return new Cpu(millis.longValueExact());
  }

  /** The sum of both. */
  public Cpu plus(Cpu other) {
    return new Cpu(Math.addExact(millis, other.millis));
  }

  /** This much for each of {@code n}. */
  public Cpu times(int n) {
    return new Cpu(Math.multiplyExact(millis, n));
  }

  @Override
  public int compareTo(Cpu other) {
    return Long.compare(millis, other.millis);
  }

  /** As the file writes it: {@code 250m}, or {@code 2} for whole cores. */
  @Override
  public String toString() {
    return millis % 1000 == 0 ? Long.toString(millis / 1000) : millis + "m";
  }

  /** In cores, exact. */
  public BigDecimal cores() {
    return BigDecimal.valueOf(millis, 3);
  }
}
