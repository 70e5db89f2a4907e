package dev.naru.examples.finance;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Generates the transactions of this shard's cards (those with number ≡ shard modulo the shards),
 * computes their features, and splits them by time: what comes first trains, the last days are held
 * out.
 */
final class TransactionPreparation {
  private static final long SEED = 20_26_11L;
  private static final int CARDS = 3_200;
  static final int DAYS = 90;
  static final int TRAINING_DAYS = 68;

  private final Path output;
  private final int shard;
  private final int shards;

  TransactionPreparation(Path output, int shard, int shards) {
    this.output = output;
    this.shard = shard;
    this.shards = shards;
  }

  void run() throws IOException {
    run(new CardBook(SEED, CARDS, DAYS));
  }

  void run(CardBook book) throws IOException {
    RowWriter train = new RowWriter(CardHistory.FEATURES);
    RowWriter heldout = new RowWriter(CardHistory.FEATURES);
    for (int number = shard; number < book.cards(); number += shards) {
      Card card = book.card(number);
      CardHistory history = new CardHistory(book.country(), card);
      for (Transaction transaction : book.transactions(card)) {
        (partition(transaction) == Partition.TRAIN ? train : heldout)
            .add(history.next(transaction), transaction.fraud());
      }
    }
    Durable.write(output.resolve(Partition.TRAIN.file(shard, shards)), train.content());
    Durable.write(output.resolve(Partition.HELDOUT.file(shard, shards)), heldout.content());
  }

  static Partition partition(Transaction transaction) {
    return transaction.second() < (long) TRAINING_DAYS * Transaction.DAY
        ? Partition.TRAIN
        : Partition.HELDOUT;
  }
}
