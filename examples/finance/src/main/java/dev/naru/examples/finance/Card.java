package dev.naru.examples.finance;

import java.util.ArrayList;
import java.util.List;

/**
 * A card and the habits of its holder.
 *
 * @param home number of the city
 * @param spending added to the logarithm of every amount
 * @param perDay transactions a day, on average
 * @param peakHour about which the day's purchases lie, 0 to 24
 * @param online share of purchases made online
 * @param loyalty share of purchases made at a favourite
 * @param tripsPerDay probability that a trip begins on a given day
 */
record Card(
    int number,
    int home,
    double spending,
    double perDay,
    double peakHour,
    double online,
    double loyalty,
    double tripsPerDay,
    List<Merchant> favourites) {

  Card {
    favourites = List.copyOf(favourites);
  }

  static Card draw(int number, Country country, Chance chance) {
    int home = country.city(chance);
    double online = chance.between(0.05, 0.45);
    List<Merchant> favourites = new ArrayList<>();
    int liked = 8 + chance.below(12);
    for (int i = 0; i < liked; i++) {
      favourites.add(
          chance.happens(online) ? country.onlineMerchant(chance) : country.merchant(chance, home));
    }
    return new Card(
        number,
        home,
        chance.gaussian(0, 0.5),
        StrictMath.exp(chance.gaussian(-0.05, 0.45)),
        chance.happens(0.08) ? chance.between(21, 27) % 24 : chance.between(11, 18),
        online,
        chance.between(0.5, 0.9),
        chance.between(0, 0.03),
        favourites);
  }

  double amount(Chance chance, Category category) {
    return StrictMath.exp(chance.gaussian(category.logAmount() + spending, category.spread()));
  }
}
