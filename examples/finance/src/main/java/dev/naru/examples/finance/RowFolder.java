package dev.naru.examples.finance;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The row files of one Preparation, read in the order of the shards. */
record RowFolder(Path folder) {
  private static final Pattern NAME =
      Pattern.compile("(?:train|heldout)-\\d+-of-(\\d{1,5})\\.rows");

  /**
   * The rows of one rank: of all rows of the partition, numbered over the shards in order, those
   * with number ≡ rank modulo the ranks. Fixed, so that a restarted rank sees the same rows.
   */
  Rows read(Partition partition, int rank, int ranks) throws IOException {
    List<RowFile> files = open(partition);
    List<String> columns = files.getFirst().columns();
    int total = 0;
    for (RowFile file : files) {
      if (!file.columns().equals(columns)) {
        throw Stop.data(folder + " holds shards with different columns");
      }
      total = Math.addExact(total, file.count());
    }
    int mine = (total - rank + ranks - 1) / ranks;
    float[] features = new float[mine * columns.size()];
    float[] labels = new float[mine];
    int number = 0;
    for (RowFile file : files) {
      float[] numbers = new float[file.numbers().remaining()];
      file.numbers().get(0, numbers);
      int first = Math.floorMod(rank - number, ranks);
      for (int row = first; row < file.count(); row += ranks) {
        int at = (number + row) / ranks;
        int from = row * (columns.size() + 1);
        System.arraycopy(numbers, from, features, at * columns.size(), columns.size());
        labels[at] = numbers[from + columns.size()];
      }
      number += file.count();
    }
    return new Rows(columns, features, labels);
  }

  /**
   * The same, refused when all rows have one label: nothing can be learnt or measured from them.
   */
  Rows readBothLabels(Partition partition, int rank, int ranks) throws IOException {
    Rows rows = read(partition, rank, ranks);
    if (rows.positives() == 0 || rows.positives() == rows.count()) {
      throw Stop.data(
          "%s has %d %s rows for rank %d of %d, %d of them positive: both labels are needed"
              .formatted(folder, rows.count(), partition.word(), rank, ranks, rows.positives()));
    }
    return rows;
  }

  private List<RowFile> open(Partition partition) throws IOException {
    int shards = shards();
    List<RowFile> files = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      Path file = folder.resolve(partition.file(shard, shards));
      if (!Files.isRegularFile(file)) {
        throw Stop.data("missing " + file + ": the preparation is not complete");
      }
      files.add(RowFile.open(file));
    }
    return files;
  }

  private int shards() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw Stop.data("no folder " + folder);
    }
    int shards = 0;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        Matcher name = NAME.matcher(String.valueOf(child.getFileName()));
        if (name.matches()) {
          int said = Integer.parseInt(name.group(1));
          if (shards != 0 && shards != said) {
            throw Stop.data(
                "%s holds rows of %d shards and of %d shards".formatted(folder, shards, said));
          }
          shards = said;
        }
      }
    }
    if (shards == 0) {
      throw Stop.data("no row files in " + folder);
    }
    return shards;
  }
}
