package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardBookTest {
  /** Of the rows of a small book; another value means that models of old runs change. */
  private static final String DIGEST =
      "1093e0667e228de1b09a6f63d7b231aa9b8257f38f06ef560a1ad864f935df90";

  @TempDir Path folder;

  @Test
  void theRowsOfASeedAreTheSameOnEveryMachine() throws Exception {
    new TransactionPreparation(folder, 0, 1).run(Examples.SMALL_BOOK);
    assertThat(Examples.digest(folder)).isEqualTo(DIGEST);
  }

  @Test
  void aCardsTransactionsDoNotDependOnOtherCards() {
    CardBook large = new CardBook(5, 1_000, TransactionPreparation.DAYS);
    List<Transaction> alone = Examples.SMALL_BOOK.transactions(Examples.SMALL_BOOK.card(17));
    assertThat(large.transactions(large.card(17))).isEqualTo(alone).hasSizeGreaterThan(10);
  }

  @Test
  void anotherSeedMakesOtherTransactions() {
    CardBook other = new CardBook(6, 60, TransactionPreparation.DAYS);
    assertThat(other.transactions(other.card(17)))
        .isNotEqualTo(Examples.SMALL_BOOK.transactions(Examples.SMALL_BOOK.card(17)));
  }

  @Test
  void timeOnlyGoesForward() {
    for (int number = 0; number < Examples.SMALL_BOOK.cards(); number++) {
      assertThat(Examples.SMALL_BOOK.transactions(Examples.SMALL_BOOK.card(number)))
          .extracting(Transaction::second)
          .isSorted()
          .allMatch(second -> second >= 0);
    }
  }

  @Test
  void fraudIsRare() {
    CardBook book = new CardBook(7, 800, TransactionPreparation.DAYS);
    List<Transaction> all = new ArrayList<>();
    for (int number = 0; number < book.cards(); number++) {
      all.addAll(book.transactions(book.card(number)));
    }
    double share = all.stream().filter(Transaction::fraud).count() / (double) all.size();
    assertThat(share).isBetween(0.002, 0.01);
  }

  @Test
  void everyPatternOfFraudIsDrawnAndIsAllFraud() {
    Chance chance = new Chance(1);
    Card card = Examples.SMALL_BOOK.card(3);
    Set<FraudPattern> seen = EnumSet.noneOf(FraudPattern.class);
    for (int i = 0; i < 200; i++) {
      FraudPattern pattern = FraudPattern.draw(chance);
      seen.add(pattern);
      assertThat(pattern.episode(Examples.SMALL_BOOK.country(), card, 900_000, chance))
          .isNotEmpty()
          .allMatch(Transaction::fraud)
          .allMatch(spent -> spent.amount() > 0);
    }
    assertThat(seen).isEqualTo(EnumSet.allOf(FraudPattern.class));
  }

  @Test
  void impossibleTravelLeavesTheHomeCity() {
    Card card = Examples.SMALL_BOOK.card(3);
    Chance chance = new Chance(2);
    assertThat(
            FraudPattern.IMPOSSIBLE_TRAVEL.episode(
                Examples.SMALL_BOOK.country(), card, 900_000, chance))
        .noneMatch(spent -> spent.merchant().city() == card.home());
  }
}
