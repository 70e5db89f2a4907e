package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardHistoryTest {
  private static final int NOON = 12 * Transaction.HOUR;

  private final Country country = new Country(1);
  private final Card card =
      new Card(0, 4, 0, 1, 12, 0.1, 0.5, 0, List.of(new Merchant(0, Category.GROCERY, 4)));
  private final CardHistory history = new CardHistory(country, card);
  private final Merchant grocer = new Merchant(1, Category.GROCERY, 4);
  private final Merchant farFuel = new Merchant(2, Category.FUEL, 9);
  private final Merchant shop = new Merchant(3, Category.ONLINE_SHOP, 0);

  @Test
  void theFirstUseHasNoPast() {
    float[] first = history.next(new Transaction(NOON, grocer, 12.5, false));
    assertThat(value(first, "amount")).isEqualTo(12.5f);
    assertThat(value(first, "hour")).isEqualTo(12);
    assertThat(value(first, "new_merchant")).isEqualTo(1);
    assertThat(value(first, "history")).isZero();
    assertThat(value(first, "count_24h")).isZero();
    assertThat(value(first, "home_distance_km")).isZero();
    for (String unknown :
        List.of(
            "minutes_since_last", "distance_km", "speed_kmh", "amount_vs_mean", "category_share")) {
      assertThat(value(first, unknown)).as(unknown).isNaN();
    }
  }

  @Test
  void amountsAreComparedWithEarlierOnes() {
    history.next(new Transaction(NOON, grocer, 10, false));
    history.next(new Transaction(NOON + 60, farFuel, 50, false));
    float[] third = history.next(new Transaction(NOON + 120, grocer, 60, false));
    assertThat(value(third, "amount_vs_mean")).isEqualTo(2);
    assertThat(value(third, "amount_vs_category_mean")).isEqualTo(6);
    assertThat(value(third, "category_share")).isEqualTo(0.5f);
    assertThat(value(third, "new_merchant")).isZero();
    assertThat(value(third, "minutes_since_last")).isEqualTo(1);
    assertThat(value(third, "amount_24h")).isEqualTo(60);
  }

  @Test
  void speedIsTheWayFromTheLastPlaceOverTheTime() {
    history.next(new Transaction(NOON, grocer, 10, false));
    history.next(new Transaction(NOON + 1_000, shop, 10, false));
    float[] far = history.next(new Transaction(NOON + 2 * Transaction.HOUR, farFuel, 10, false));
    double way = country.kilometres(4, 9);
    assertThat((double) value(far, "distance_km")).isCloseTo(way, within(1e-3)).isPositive();
    assertThat((double) value(far, "speed_kmh")).isCloseTo(way / 2, within(1e-3));
    assertThat((double) value(far, "home_distance_km")).isCloseTo(way, within(1e-3));
  }

  @Test
  void anOnlineUseHasNoPlace() {
    history.next(new Transaction(NOON, grocer, 10, false));
    float[] online = history.next(new Transaction(NOON + 60, shop, 10, false));
    assertThat(value(online, "online")).isEqualTo(1);
    assertThat(value(online, "distance_km")).isNaN();
    assertThat(value(online, "speed_kmh")).isNaN();
    assertThat(value(online, "home_distance_km")).isNaN();
  }

  @Test
  void countsForgetWhatIsOlderThanTheirWindow() {
    history.next(new Transaction(NOON, grocer, 5, false));
    history.next(new Transaction(NOON + 10, grocer, 50, false));
    float[] near = history.next(new Transaction(NOON + Transaction.HOUR, grocer, 5, false));
    assertThat(value(near, "count_1h")).isEqualTo(1);
    assertThat(value(near, "small_count_1h")).isZero();
    assertThat(value(near, "count_24h")).isEqualTo(2);
    float[] later = history.next(new Transaction(NOON + Transaction.DAY, grocer, 5, false));
    assertThat(value(later, "count_1h")).isZero();
    assertThat(value(later, "count_24h")).isEqualTo(2);
    assertThat(value(later, "history")).isEqualTo(3);
  }

  /** Nothing of the future is in a feature: cut the history anywhere and what was said stands. */
  @Test
  void laterTransactionsDoNotChangeEarlierFeatures() {
    Card known = Examples.SMALL_BOOK.card(11);
    List<Transaction> all = Examples.SMALL_BOOK.transactions(known);
    List<float[]> whole = features(known, all);
    for (int length = 0; length <= all.size(); length += 7) {
      assertThat(features(known, all.subList(0, length)))
          .usingElementComparator(Arrays::compare)
          .isEqualTo(whole.subList(0, length));
    }
  }

  /** Whether a past use was fraud is not known when the card is used. */
  @Test
  void labelsAreNotSeen() {
    Transaction honest = new Transaction(NOON, grocer, 10, false);
    Transaction stolen = new Transaction(NOON, grocer, 10, true);
    Transaction next = new Transaction(NOON + 60, grocer, 10, false);
    assertThat(features(card, List.of(honest, next)))
        .usingElementComparator(Arrays::compare)
        .isEqualTo(features(card, List.of(stolen, next)));
  }

  private List<float[]> features(Card of, List<Transaction> transactions) {
    CardHistory fresh = new CardHistory(Examples.SMALL_BOOK.country(), of);
    return transactions.stream().map(fresh::next).toList();
  }

  private static float value(float[] features, String name) {
    return features[CardHistory.FEATURES.indexOf(name)];
  }
}
