package dev.naru.examples.finance;

/** What a merchant sells; the code is the feature {@code category}. */
enum Category {
  GROCERY(0, false, 3.3, 0.6, 20),
  FUEL(1, false, 3.8, 0.4, 10),
  RESTAURANT(2, false, 3.2, 0.6, 18),
  PHARMACY(3, false, 2.9, 0.6, 7),
  TRANSPORT(4, false, 2.2, 0.5, 12),
  CLOTHING(5, false, 4.0, 0.7, 7),
  CASH(6, false, 4.5, 0.6, 4),
  ELECTRONICS(7, false, 5.2, 0.8, 3),
  JEWELLERY(8, false, 5.6, 0.8, 1),
  ONLINE_SHOP(9, true, 3.7, 0.8, 12),
  DIGITAL_GOODS(10, true, 2.3, 0.7, 7),
  TRAVEL(11, true, 5.3, 0.8, 2);

  private final int code;
  private final boolean online;
  private final double logAmount;
  private final double spread;
  private final int weight;

  Category(int code, boolean online, double logAmount, double spread, int weight) {
    this.code = code;
    this.online = online;
    this.logAmount = logAmount;
    this.spread = spread;
    this.weight = weight;
  }

  /** From 0, without gaps. */
  int code() {
    return code;
  }

  boolean online() {
    return online;
  }

  /** Mean of the natural logarithm of the amount, for an average card. */
  double logAmount() {
    return logAmount;
  }

  /** Standard deviation of the natural logarithm of the amount. */
  double spread() {
    return spread;
  }

  /** How often, relative to the others. */
  int weight() {
    return weight;
  }
}
