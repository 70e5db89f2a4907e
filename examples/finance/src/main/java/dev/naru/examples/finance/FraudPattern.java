package dev.naru.examples.finance;

import java.util.ArrayList;
import java.util.List;

/** How a thief uses a card. Each makes an episode of a few transactions from a given second on. */
enum FraudPattern {
  /** Tiny online purchases minutes apart, to see whether the card works; then larger ones. */
  CARD_TESTING(4) {
    @Override
    List<Transaction> episode(Country country, Card card, long start, Chance chance) {
      List<Transaction> spent = new ArrayList<>();
      long second = start;
      int tests = 3 + chance.below(6);
      for (int i = 0; i < tests; i++) {
        add(spent, second, country.onlineMerchant(chance), chance.between(0.5, 6));
        second += 20 + chance.below(240);
      }
      int purchases = 1 + chance.below(2);
      for (int i = 0; i < purchases; i++) {
        second += 300 + chance.below(5_000);
        Merchant merchant = country.merchant(chance, card.home(), VALUABLE);
        add(spent, second, merchant, card.amount(chance, merchant.category()));
      }
      return spent;
    }
  },

  /** A copy of the card is used in a far city while the holder goes on at home. */
  IMPOSSIBLE_TRAVEL(4) {
    @Override
    List<Transaction> episode(Country country, Card card, long start, Chance chance) {
      List<Transaction> spent = new ArrayList<>();
      int city = (card.home() + 1 + chance.below(Country.CITIES - 1)) % Country.CITIES;
      long second = start;
      int purchases = 2 + chance.below(4);
      for (int i = 0; i < purchases; i++) {
        Merchant merchant = country.merchant(chance, city);
        double factor = chance.between(0.8, 2.5);
        add(spent, second, merchant, card.amount(chance, merchant.category()) * factor);
        second += 600 + chance.below(9_000);
      }
      return spent;
    }
  },

  /** Someone else has the account: other kinds of merchants, larger amounts, over hours. */
  TAKEOVER(4) {
    @Override
    List<Transaction> episode(Country country, Card card, long start, Chance chance) {
      List<Transaction> spent = new ArrayList<>();
      long second = start;
      int purchases = 3 + chance.below(5);
      for (int i = 0; i < purchases; i++) {
        Merchant merchant = country.merchant(chance, card.home(), VALUABLE);
        double factor = chance.between(0.9, 2.5);
        add(spent, second, merchant, card.amount(chance, merchant.category()) * factor);
        second += 900 + chance.below(20_000);
      }
      return spent;
    }
  },

  /** High amounts and cash between one and five in the morning. */
  NIGHT_SPENDING(3) {
    @Override
    List<Transaction> episode(Country country, Card card, long start, Chance chance) {
      List<Transaction> spent = new ArrayList<>();
      long night = start / Transaction.DAY * Transaction.DAY + Transaction.HOUR;
      int purchases = 2 + chance.below(3);
      for (int i = 0; i < purchases; i++) {
        Merchant merchant = country.merchant(chance, card.home(), NIGHTLY);
        double factor = chance.between(1.2, 4);
        long second = night + chance.below(4 * Transaction.HOUR);
        add(spent, second, merchant, card.amount(chance, merchant.category()) * factor);
      }
      return spent;
    }
  },

  /** A patient thief who spends as others do; hardly to be told from a holder with new habits. */
  QUIET(2) {
    @Override
    List<Transaction> episode(Country country, Card card, long start, Chance chance) {
      List<Transaction> spent = new ArrayList<>();
      long second = start;
      int purchases = 1 + chance.below(3);
      for (int i = 0; i < purchases; i++) {
        Merchant merchant =
            chance.happens(0.6)
                ? country.onlineMerchant(chance)
                : country.merchant(chance, card.home());
        double factor = chance.between(0.8, 2);
        add(spent, second, merchant, card.amount(chance, merchant.category()) * factor);
        second += 3_600 + chance.below(40_000);
      }
      return spent;
    }
  };

  private static final List<Category> VALUABLE =
      List.of(Category.ELECTRONICS, Category.JEWELLERY, Category.ONLINE_SHOP, Category.TRAVEL);
  private static final List<Category> NIGHTLY =
      List.of(Category.CASH, Category.JEWELLERY, Category.ELECTRONICS, Category.RESTAURANT);

  private final int weight;

  FraudPattern(int weight) {
    this.weight = weight;
  }

  abstract List<Transaction> episode(Country country, Card card, long start, Chance chance);

  static FraudPattern draw(Chance chance) {
    int total = 0;
    for (FraudPattern pattern : values()) {
      total += pattern.weight;
    }
    int drawn = chance.below(total);
    for (FraudPattern pattern : values()) {
      drawn -= pattern.weight;
      if (drawn < 0) {
        return pattern;
      }
    }
    throw new AssertionError("the weights do not add up");
  }

  private static void add(List<Transaction> spent, long second, Merchant merchant, double amount) {
    spent.add(new Transaction(second, merchant, amount, true));
  }
}
