package dev.naru.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a model is promoted: {@code metrics.NAME OP NUMBER}, joined by {@code &&}.
 *
 * @param comparisons all must hold; none means that every model is promoted
 */
public record PromotionRule(List<Comparison> comparisons) {
  /** Every model is promoted. */
  public static final PromotionRule ALWAYS = new PromotionRule(List.of());

  private static final Pattern COMPARISON =
      Pattern.compile(
          "\\s*metrics\\.([A-Za-z_][A-Za-z0-9_.-]{0,99})\\s*(>=|<=|==|>|<)"
              + "\\s*([+-]?(?:[0-9]{1,20}(?:\\.[0-9]{0,20})?|\\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,2})?)\\s*");

  /** Copies the list. */
  public PromotionRule {
    comparisons = List.copyOf(comparisons);
  }

  /** How a metric is compared. */
  public enum Operator {
    /** Greater. */
    MORE(">"),
    /** Greater or equal. */
    AT_LEAST(">="),
    /** Less. */
    LESS("<"),
    /** Less or equal. */
    AT_MOST("<="),
    /** Equal. */
    EQUAL("==");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    private static Operator of(String sign) {
      for (Operator operator : values()) {
        if (operator.sign.equals(sign)) {
          return operator;
        }
      }
      throw new IllegalArgumentException("no operator " + sign);
    }

    private boolean holds(double value, double bound) {
      return switch (this) {
        case MORE -> value > bound;
        case AT_LEAST -> value >= bound;
        case LESS -> value < bound;
        case AT_MOST -> value <= bound;
        case EQUAL -> value == bound;
      };
    }
  }

  /**
   * One comparison.
   *
   * @param metric its name, without {@code metrics.}
   * @param operator how it is compared
   * @param bound with what
   * @param written the bound as the file writes it, for reasons
   */
  public record Comparison(String metric, Operator operator, double bound, String written) {
    private String words() {
      return operator.sign + " " + written;
    }
  }

  /**
   * What becomes of a model.
   *
   * @param promoted whether all comparisons hold
   * @param reason why, with the figures
   */
  public record Verdict(boolean promoted, String reason) {}

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException in words, when it is none
   */
  public static PromotionRule parse(String text) {
    List<Comparison> comparisons = new ArrayList<>();
    for (String part : text.split("&&", -1)) {
      Matcher m = COMPARISON.matcher(part);
      if (!m.matches()) {
        throw new IllegalArgumentException(
            "expected comparisons such as 'metrics.auc >= 0.90', joined by &&, with one of"
                + " > >= < <= ==");
      }
      comparisons.add(
          new Comparison(
              m.group(1), Operator.of(m.group(2)), Double.parseDouble(m.group(3)), m.group(3)));
    }
    return new PromotionRule(comparisons);
  }

  /** Judges a model by its metrics; one that is missing or not a number does not promote. */
  public Verdict judge(Map<String, Double> metrics) {
    List<String> reasons = new ArrayList<>();
    boolean promoted = true;
    for (Comparison c : comparisons) {
      Double value = metrics.get(c.metric());
      boolean holds = value != null && c.operator().holds(value, c.bound());
      if (promoted && !holds) {
        reasons.clear();
      }
      if (promoted || !holds) {
        reasons.add(reason(c, value, holds, metrics));
      }
      promoted &= holds;
    }
    return new Verdict(
        promoted, reasons.isEmpty() ? "there is no promotion rule" : String.join("; ", reasons));
  }

  private static String reason(
      Comparison c,
      @org.jspecify.annotations.Nullable Double value,
      boolean holds,
      Map<String, Double> metrics) {
    if (value == null) {
      String known =
          metrics.isEmpty()
              ? "the model has no metrics"
              : "it has " + String.join(", ", new TreeSet<>(metrics.keySet()));
      return "the model has no metric " + c.metric() + ", wanted " + c.words() + " (" + known + ")";
    } else if (value.isNaN()) {
      return "metrics." + c.metric() + " is not a number, wanted " + c.words();
    }
    return "metrics." + c.metric() + " is " + value + (holds ? ", " : ", wanted ") + c.words();
  }
}
