package dev.naru.spec;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads amounts exactly: a decimal number with an optional unit, as Kubernetes writes quantities.
 *
 * <p>A result may be negative or too large for what it is for; whoever asked knows the range. The
 * grammar is {@code [+-]digits[.digits][e[+-]digits][unit]}; an exponent and a unit exclude each
 * other, and an exponent is at most 18 either way, so that nothing read here is expensive to keep.
 */
public final class Quantities {
  private static final int MOST_DIGITS = 40;
  private static final int MOST_EXPONENT = 18;
  private static final Pattern GRAMMAR =
      Pattern.compile("([+-]?[0-9]+(?:\\.[0-9]+)?)(?:[eE]([+-]?[0-9]+)|([A-Za-z]+))?");
  private static final Map<String, BigDecimal> SIZE_UNITS =
      Map.ofEntries(
          Map.entry("k", BigDecimal.TEN.pow(3)),
          Map.entry("M", BigDecimal.TEN.pow(6)),
          Map.entry("G", BigDecimal.TEN.pow(9)),
          Map.entry("T", BigDecimal.TEN.pow(12)),
          Map.entry("P", BigDecimal.TEN.pow(15)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)));

  private Quantities() {}

  /**
   * Bytes, such as {@code 512Mi}, {@code 2G}, {@code 1e9}, {@code 1000}.
   *
   * @throws IllegalArgumentException in words, when it is no size or less exact than a byte
   */
  public static BigDecimal bytes(String text) {
    return whole(
        read(text, SIZE_UNITS, "a size such as 512Mi, 2Gi or 1000 (bytes)"),
        "a whole number of bytes");
  }

  /**
   * Thousandths of a core, from {@code 250m}, {@code 0.5}, {@code 2}.
   *
   * @throws IllegalArgumentException in words, when it is no amount or less exact than 1m
   */
  public static BigDecimal millicores(String text) {
    BigDecimal cores =
        read(text, Map.of("m", new BigDecimal("0.001")), "cores such as 250m, 0.5 or 2");
    return whole(cores.movePointRight(3), "a multiple of 1m, a thousandth of a core");
  }

  private static BigDecimal read(String text, Map<String, BigDecimal> units, String expected) {
    Matcher m = GRAMMAR.matcher(text);
    if (text.length() > MOST_DIGITS || !m.matches()) {
      throw new IllegalArgumentException("expected " + expected);
    }
    BigDecimal number = new BigDecimal(m.group(1));
    String exponent = m.group(2);
    String unit = m.group(3);
    if (exponent != null) {
      if (exponent.length() > 3 || Math.abs(Integer.parseInt(exponent)) > MOST_EXPONENT) {
        throw new IllegalArgumentException(
            "expected " + expected + ", with an exponent of at most " + MOST_EXPONENT);
      }
      return number.scaleByPowerOfTen(Integer.parseInt(exponent));
    }
    if (unit != null) {
      BigDecimal factor = units.get(unit);
      if (factor == null) {
        throw new IllegalArgumentException(
            "expected "
                + expected
                + "; '"
                + unit
                + "' is not one of its units "
                + String.join(" ", units.keySet().stream().sorted().toList()));
      }
      return number.multiply(factor);
    }
    return number;
  }

  private static BigDecimal whole(BigDecimal value, String expected) {
    if (value.stripTrailingZeros().scale() > 0) {
      throw new IllegalArgumentException("expected " + expected);
    }
    return value.setScale(0);
  }
}
