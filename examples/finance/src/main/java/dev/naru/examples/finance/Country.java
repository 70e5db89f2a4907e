package dev.naru.examples.finance;

import java.util.ArrayList;
import java.util.List;

/**
 * The made-up country of the transactions: cities on a plane of 900 by 900 km, and their merchants.
 */
final class Country {
  static final int CITIES = 40;
  private static final int MERCHANTS_PER_CITY = 45;
  private static final int ONLINE_MERCHANTS = 300;
  private static final double WIDTH_KM = 900;

  private final double[] x = new double[CITIES];
  private final double[] y = new double[CITIES];
  private final List<List<Merchant>> inCity = new ArrayList<>();
  private final List<Merchant> online = new ArrayList<>();

  Country(long seed) {
    Chance chance = new Chance(seed);
    int number = 0;
    for (int city = 0; city < CITIES; city++) {
      x[city] = chance.between(0, WIDTH_KM);
      y[city] = chance.between(0, WIDTH_KM);
      List<Merchant> merchants = new ArrayList<>();
      for (int i = 0; i < MERCHANTS_PER_CITY; i++) {
        merchants.add(new Merchant(number++, category(chance, false), city));
      }
      inCity.add(List.copyOf(merchants));
    }
    for (int i = 0; i < ONLINE_MERCHANTS; i++) {
      online.add(new Merchant(number++, category(chance, true), 0));
    }
  }

  private static Category category(Chance chance, boolean online) {
    int total = 0;
    for (Category category : Category.values()) {
      total += category.online() == online ? category.weight() : 0;
    }
    int drawn = chance.below(total);
    for (Category category : Category.values()) {
      if (category.online() == online) {
        drawn -= category.weight();
        if (drawn < 0) {
          return category;
        }
      }
    }
    throw new AssertionError("the weights do not add up");
  }

  /** Low numbers are big cities: they are drawn more often. */
  int city(Chance chance) {
    double unit = chance.unit();
    return (int) (unit * unit * CITIES);
  }

  double kilometres(int from, int to) {
    double dx = x[from] - x[to];
    double dy = y[from] - y[to];
    return StrictMath.sqrt(dx * dx + dy * dy);
  }

  Merchant merchant(Chance chance, int city) {
    List<Merchant> merchants = inCity.get(city);
    return merchants.get(chance.below(merchants.size()));
  }

  Merchant onlineMerchant(Chance chance) {
    return online.get(chance.below(online.size()));
  }

  /** A merchant of one of these categories, in the city or online. */
  Merchant merchant(Chance chance, int city, List<Category> categories) {
    List<Merchant> fitting = new ArrayList<>();
    for (List<Merchant> merchants : List.of(inCity.get(city), online)) {
      for (Merchant merchant : merchants) {
        if (categories.contains(merchant.category())) {
          fitting.add(merchant);
        }
      }
    }
    return fitting.isEmpty() ? merchant(chance, city) : fitting.get(chance.below(fitting.size()));
  }
}
