package dev.naru.examples.finance;

/**
 * One use of a card.
 *
 * @param second since the beginning of the first day
 * @param amount in the currency's unit, with two decimals
 * @param fraud whether the thief, not the holder, used the card
 */
record Transaction(long second, Merchant merchant, double amount, boolean fraud) {
  static final int HOUR = 3_600;
  static final int DAY = 24 * HOUR;

  Transaction {
    amount = Math.max(0.01, Math.rint(amount * 100) / 100);
  }

  int hourOfDay() {
    return (int) (second % DAY / HOUR);
  }
}
