package dev.naru.spec;

import java.math.BigDecimal;

/**
 * An amount of memory or storage.
 *
 * @param value bytes, from 0
 */
public record Bytes(long value) implements Comparable<Bytes> {
  /** Nothing. */
  public static final Bytes ZERO = new Bytes(0);

  private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};

  /** Checks the range. */
  public Bytes {
    if (value < 0) {
      throw new IllegalArgumentException("size must be at least 0, found " + value);
    }
  }

  /**
   * Reads a size such as {@code 512Mi}, {@code 2G} or {@code 1000}.
   *
   * @throws IllegalArgumentException in words, when it is none, negative or 8 EiB and more
   */
  public static Bytes parse(String text) {
    BigDecimal value = Quantities.bytes(text);
    if (value.signum() < 0 || value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("size must be at least 0 and below 8Ei, found " + text);
    }
    return new Bytes(value.longValueExact());
  }

  /** That many mebibytes. */
  public static Bytes ofMebibytes(long mebibytes) {
    return new Bytes(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /** The sum of both. */
  public Bytes plus(Bytes other) {
    return new Bytes(Math.addExact(value, other.value));
  }

  /** This much for each of {@code n}. */
  public Bytes times(int n) {
    return new Bytes(Math.multiplyExact(value, n));
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(value, other.value);
  }

  /** In the largest binary unit that keeps it whole: {@code 512Mi}, {@code 1Gi}, {@code 1000}. */
  @Override
  public String toString() {
    long rest = value;
    int unit = 0;
    while (rest != 0 && rest % 1024 == 0 && unit < UNITS.length - 1) {
      rest /= 1024;
      unit++;
    }
    return rest + UNITS[unit];
  }
}
