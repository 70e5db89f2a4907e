package dev.naru.examples.finance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The synthetic transactions, card by card. Each card has a seed of its own, so its transactions do
 * not depend on which other cards are drawn, nor where.
 *
 * @param seed of everything
 * @param cards how many
 * @param days how long, from day 0
 */
record CardBook(long seed, int cards, int days, Country country) {
  private static final double EPISODES_PER_CARD = 0.13;
  private static final int FIRST_FRAUD_DAY = 4;

  CardBook(long seed, int cards, int days) {
    this(seed, cards, days, new Country(Chance.seed(seed, -1)));
  }

  Card card(int number) {
    return Card.draw(number, country, new Chance(Chance.seed(seed, 2L * number)));
  }

  /** All uses of one card in the order of time. */
  List<Transaction> transactions(Card card) {
    Chance chance = new Chance(Chance.seed(seed, 2L * card.number() + 1));
    List<Transaction> all = new ArrayList<>(new CardLife(country, card, chance).live(days));
    if (chance.happens(EPISODES_PER_CARD)) {
      int day = FIRST_FRAUD_DAY + chance.below(days - FIRST_FRAUD_DAY);
      long start = (long) day * Transaction.DAY + chance.below(Transaction.DAY);
      all.addAll(FraudPattern.draw(chance).episode(country, card, start, chance));
    }
    // The sort is stable: what falls on one second stays in the order it was drawn.
    all.sort(Comparator.comparingLong(Transaction::second));
    return List.copyOf(all);
  }
}
