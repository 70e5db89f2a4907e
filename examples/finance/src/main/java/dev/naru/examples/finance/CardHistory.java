package dev.naru.examples.finance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a card when it is used: features of a transaction from that transaction and
 * earlier ones only. Distances and speed are missing (NaN) online; means are missing without
 * history.
 */
final class CardHistory {
  static final List<String> FEATURES =
      List.of(
          "amount",
          "category",
          "online",
          "hour",
          "minutes_since_last",
          "distance_km",
          "speed_kmh",
          "home_distance_km",
          "count_1h",
          "count_24h",
          "amount_24h",
          "small_count_1h",
          "amount_vs_mean",
          "amount_vs_category_mean",
          "new_merchant",
          "category_share",
          "hour_share",
          "history");

  private static final double SMALL_AMOUNT = 7;
  private static final int HOURS_PER_BUCKET = 4;

  /** Two places visited within a minute count as a minute apart, so that speed stays finite. */
  private static final double SHORTEST_HOURS = 1.0 / 60;

  private final Country country;
  private final int home;
  private final Deque<Transaction> lastDay = new ArrayDeque<>();
  private final Set<Integer> merchants = new HashSet<>();
  private final int[] perCategory = new int[Category.values().length];
  private final double[] amountPerCategory = new double[perCategory.length];
  private final int[] perHours = new int[24 / HOURS_PER_BUCKET];
  private int count;
  private double amount;
  private @Nullable Transaction last;

  /** The last use where the card itself was shown. */
  private @Nullable Transaction lastInPerson;

  CardHistory(Country country, Card card) {
    this.country = country;
    this.home = card.home();
  }

  /** The features of the next transaction, in the order of {@link #FEATURES}; then remembers it. */
  float[] next(Transaction now) {
    while (!lastDay.isEmpty() && lastDay.getFirst().second() <= now.second() - Transaction.DAY) {
      lastDay.removeFirst();
    }
    float[] features = features(now);
    remember(now);
    return features;
  }

  private float[] features(Transaction now) {
    Category category = now.merchant().category();
    int kind = category.code();
    double[] moved = moved(now);
    Recent recent = recent(now);
    double[] values = {
      now.amount(),
      kind,
      category.online() ? 1 : 0,
      now.hourOfDay(),
      minutesSinceLast(now),
      moved[0],
      moved[1],
      category.online() ? Double.NaN : country.kilometres(home, now.merchant().city()),
      recent.inHour(),
      lastDay.size(),
      recent.amountInDay(),
      recent.smallInHour(),
      ratio(now.amount() * count, amount),
      ratio(now.amount() * perCategory[kind], amountPerCategory[kind]),
      merchants.contains(now.merchant().number()) ? 0 : 1,
      ratio(perCategory[kind], count),
      ratio(perHours[now.hourOfDay() / HOURS_PER_BUCKET], count),
      count
    };
    float[] features = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      features[i] = (float) values[i];
    }
    return features;
  }

  private double minutesSinceLast(Transaction now) {
    Transaction before = last;
    return before == null ? Double.NaN : (now.second() - before.second()) / 60.0;
  }

  /** Kilometres from the last place where the card was shown, and the speed that takes in km/h. */
  private double[] moved(Transaction now) {
    Transaction before = lastInPerson;
    if (before == null || now.merchant().category().online()) {
      return new double[] {Double.NaN, Double.NaN};
    }
    double kilometres = country.kilometres(before.merchant().city(), now.merchant().city());
    double hours = (now.second() - before.second()) / (double) Transaction.HOUR;
    return new double[] {kilometres, kilometres / Math.max(hours, SHORTEST_HOURS)};
  }

  private Recent recent(Transaction now) {
    int inHour = 0;
    int smallInHour = 0;
    double amountInDay = 0;
    for (Transaction before : lastDay) {
      amountInDay += before.amount();
      if (before.second() > now.second() - Transaction.HOUR) {
        inHour++;
        smallInHour += before.amount() < SMALL_AMOUNT ? 1 : 0;
      }
    }
    return new Recent(inHour, smallInHour, amountInDay);
  }

  private void remember(Transaction now) {
    Category category = now.merchant().category();
    last = now;
    if (!category.online()) {
      lastInPerson = now;
    }
    lastDay.addLast(now);
    merchants.add(now.merchant().number());
    perCategory[category.code()]++;
    amountPerCategory[category.code()] += now.amount();
    perHours[now.hourOfDay() / HOURS_PER_BUCKET]++;
    count++;
    amount += now.amount();
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? Double.NaN : part / whole;
  }

  private record Recent(int inHour, int smallInHour, double amountInDay) {}
}
