package dev.naru.examples.finance;

import java.util.ArrayList;
import java.util.List;

/** What the holder of a card buys, day by day: habits, trips, shopping tours, large purchases. */
final class CardLife {
  private final Country country;
  private final Card card;
  private final Chance chance;
  private final List<Transaction> bought = new ArrayList<>();
  private int city;
  private int daysAway;

  CardLife(Country country, Card card, Chance chance) {
    this.country = country;
    this.card = card;
    this.chance = chance;
    this.city = card.home();
  }

  /** The purchases of these days, not yet in the order of time. */
  List<Transaction> live(int days) {
    for (int day = 0; day < days; day++) {
      travel();
      int purchases = chance.poisson(card.perDay());
      for (int i = 0; i < purchases; i++) {
        buy(moment(day));
      }
      if (chance.happens(0.015)) {
        tour(moment(day));
      }
    }
    return bought;
  }

  private void travel() {
    if (daysAway > 0 && --daysAway == 0) {
      city = card.home();
    } else if (daysAway == 0 && chance.happens(card.tripsPerDay())) {
      city = country.city(chance);
      daysAway = 1 + chance.below(6);
    }
  }

  private void tour(long start) {
    int stops = 3 + chance.below(4);
    long second = start;
    for (int i = 0; i < stops; i++) {
      buy(second);
      second += 120 + chance.below(1_500);
    }
  }

  private void buy(long second) {
    Merchant merchant = merchant();
    double factor = chance.happens(0.02) ? chance.between(2, 7) : 1;
    double amount = card.amount(chance, merchant.category()) * factor;
    bought.add(new Transaction(second, merchant, amount, false));
  }

  private Merchant merchant() {
    if (daysAway == 0 && chance.happens(card.loyalty())) {
      return card.favourites().get(chance.below(card.favourites().size()));
    }
    return chance.happens(card.online())
        ? country.onlineMerchant(chance)
        : country.merchant(chance, city);
  }

  private long moment(int day) {
    double hour =
        chance.happens(0.12) ? chance.between(0, 24) : chance.gaussian(card.peakHour(), 3.2);
    double wrapped = (hour % 24 + 24) % 24;
    return (long) day * Transaction.DAY + (long) (wrapped * Transaction.HOUR);
  }
}
