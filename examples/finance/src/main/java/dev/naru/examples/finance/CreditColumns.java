package dev.naru.examples.finance;

import java.util.List;

/** Where the features and the label are in the credit data, and how a cell is cleaned. */
final class CreditColumns {
  static final List<String> FEATURES =
      List.of(
          "limit_bal",
          "sex",
          "education",
          "marriage",
          "age",
          "pay_0",
          "pay_2",
          "pay_3",
          "pay_4",
          "pay_5",
          "pay_6",
          "bill_amt1",
          "bill_amt2",
          "bill_amt3",
          "bill_amt4",
          "bill_amt5",
          "bill_amt6",
          "pay_amt1",
          "pay_amt2",
          "pay_amt3",
          "pay_amt4",
          "pay_amt5",
          "pay_amt6");
  private static final String LABEL = "target";

  private static final int EDUCATION = FEATURES.indexOf("education");
  private static final int MARRIAGE = FEATURES.indexOf("marriage");

  private final int width;
  private final int[] places;
  private final int label;

  private CreditColumns(int width, int[] places, int label) {
    this.width = width;
    this.places = places;
    this.label = label;
  }

  /** Finds the columns by name; others, such as the client's number, are left out. */
  static CreditColumns of(List<String> header) {
    int[] places = new int[FEATURES.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = place(header, FEATURES.get(i));
    }
    return new CreditColumns(header.size(), places, place(header, LABEL));
  }

  private static int place(List<String> header, String name) {
    int place = header.indexOf(name);
    if (place < 0) {
      throw Stop.data("the credit data have no column '" + name + "'");
    }
    return place;
  }

  List<String> features() {
    return FEATURES;
  }

  /** An empty cell is missing (NaN). */
  float[] features(String[] cells, int line) {
    if (cells.length != width) {
      throw Stop.data(
          "the credit data, line %d: expected %d cells, found %d"
              .formatted(line, width, cells.length));
    }
    float[] features = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      String cell = cells[places[i]];
      features[i] = cell.isEmpty() ? Float.NaN : number(cell, FEATURES.get(i), line);
    }
    features[EDUCATION] = known(features[EDUCATION], 4);
    features[MARRIAGE] = known(features[MARRIAGE], 3);
    return features;
  }

  boolean label(String[] cells, int line) {
    return switch (cells[label]) {
      case "0" -> false;
      case "1" -> true;
      default ->
          throw Stop.data(
              "the credit data, line %d: target must be 0 or 1, found '%s'"
                  .formatted(line, cells[label]));
    };
  }

  /** The source documents 1 to {@code others}; undocumented codes (0, 5, 6) mean "others" too. */
  private static float known(float code, int others) {
    return (code >= 1 && code <= others) || Float.isNaN(code) ? code : others;
  }

  private static float number(String cell, String column, int line) {
    try {
      return Float.parseFloat(cell);
    } catch (NumberFormatException _) {
      throw Stop.data(
          "the credit data, line %d: %s must be a number, found '%s'"
              .formatted(line, column, cell));
    }
  }
}
