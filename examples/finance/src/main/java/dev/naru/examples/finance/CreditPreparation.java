package dev.naru.examples.finance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Cleans the credit card clients and splits them by a seeded draw per client, in the file's order:
 * 4 of 5 to train, 1 of 5 held out. A shard keeps every so many-th client.
 */
final class CreditPreparation {
  private static final String DATA = "taiwan_default_credit_card.csv.gz";
  private static final long SPLIT_SEED = 2005_04_09L;
  private static final int PARTS = 5;

  private final Path output;
  private final int shard;
  private final int shards;

  CreditPreparation(Path output, int shard, int shards) {
    this.output = output;
    this.shard = shard;
    this.shards = shards;
  }

  /** Reads the data that is part of this program. */
  void run() throws IOException {
    try (InputStream packed = CreditPreparation.class.getResourceAsStream(DATA)) {
      if (packed == null) {
        throw Stop.data(DATA + " is not in this program");
      }
      run(new InputStreamReader(new GZIPInputStream(packed, 1 << 16), StandardCharsets.US_ASCII));
    }
  }

  void run(Reader csv) throws IOException {
    BufferedReader lines = new BufferedReader(csv, 1 << 16);
    String header = lines.readLine();
    if (header == null) {
      throw Stop.data("the credit data are empty");
    }
    CreditColumns columns = CreditColumns.of(List.of(header.split(",", -1)));
    RowWriter train = new RowWriter(columns.features());
    RowWriter heldout = new RowWriter(columns.features());
    Chance split = new Chance(SPLIT_SEED);
    int client = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine(), client++) {
      boolean kept = split.below(PARTS) == 0;
      if (client % shards == shard) {
        String[] cells = line.split(",", -1);
        int number = client + 2;
        (kept ? heldout : train).add(columns.features(cells, number), columns.label(cells, number));
      }
    }
    write(Partition.TRAIN, train);
    write(Partition.HELDOUT, heldout);
  }

  private void write(Partition partition, RowWriter rows) throws IOException {
    Durable.write(output.resolve(partition.file(shard, shards)), rows.content());
  }
}
