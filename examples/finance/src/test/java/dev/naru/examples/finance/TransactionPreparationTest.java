package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionPreparationTest {
  @TempDir Path folder;

  @Test
  void anyNumberOfShardsMakesTheSameRows() throws Exception {
    Path one = folder.resolve("one");
    Path three = folder.resolve("three");
    new TransactionPreparation(one, 0, 1).run(Examples.SMALL_BOOK);
    for (int shard = 0; shard < 3; shard++) {
      new TransactionPreparation(three, shard, 3).run(Examples.SMALL_BOOK);
    }
    for (Partition partition : Partition.values()) {
      assertThat(Examples.rowSet(three, partition))
          .isEqualTo(Examples.rowSet(one, partition))
          .hasSizeGreaterThan(500);
    }
  }

  @Test
  void aRetriedShardReplacesItsOwnFilesOnly() throws Exception {
    new TransactionPreparation(folder, 0, 2).run(Examples.SMALL_BOOK);
    new TransactionPreparation(folder, 1, 2).run(Examples.SMALL_BOOK);
    String before = Examples.digest(folder);
    Files.writeString(folder.resolve("train-1-of-2.rows"), "half a fi");
    Files.writeString(folder.resolve(".heldout-1-of-2.rows.tmp"), "left by a killed shard");
    new TransactionPreparation(folder, 1, 2).run(Examples.SMALL_BOOK);
    assertThat(Examples.digest(folder)).isEqualTo(before);
  }

  @Test
  void whatIsHeldOutIsLaterThanWhatTrains() {
    Merchant merchant = new Merchant(0, Category.FUEL, 0);
    long border = (long) TransactionPreparation.TRAINING_DAYS * Transaction.DAY;
    assertThat(TransactionPreparation.partition(new Transaction(border - 1, merchant, 1, false)))
        .isEqualTo(Partition.TRAIN);
    assertThat(TransactionPreparation.partition(new Transaction(border, merchant, 1, false)))
        .isEqualTo(Partition.HELDOUT);
  }

  @Test
  void everyTransactionIsInOnePart() throws Exception {
    new TransactionPreparation(folder, 0, 1).run(Examples.SMALL_BOOK);
    int transactions = 0;
    for (int number = 0; number < Examples.SMALL_BOOK.cards(); number++) {
      transactions += Examples.SMALL_BOOK.transactions(Examples.SMALL_BOOK.card(number)).size();
    }
    RowFolder rows = new RowFolder(folder);
    assertThat(
            rows.read(Partition.TRAIN, 0, 1).count() + rows.read(Partition.HELDOUT, 0, 1).count())
        .isEqualTo(transactions);
  }
}
