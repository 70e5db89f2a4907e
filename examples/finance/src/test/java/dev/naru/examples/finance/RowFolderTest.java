package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFolderTest {
  @TempDir Path folder;

  @Test
  void ranksShareTheRowsOfAllShardsInOrder() throws Exception {
    write(0, 2, 5);
    write(1, 2, 4);
    RowFolder rows = new RowFolder(folder);
    assertThat(firsts(rows.read(Partition.TRAIN, 0, 1)))
        .containsExactly(0, 1, 2, 3, 4, 100, 101, 102, 103);
    assertThat(firsts(rows.read(Partition.TRAIN, 0, 2))).containsExactly(0, 2, 4, 101, 103);
    assertThat(firsts(rows.read(Partition.TRAIN, 1, 2))).containsExactly(1, 3, 100, 102);
    assertThat(firsts(rows.read(Partition.TRAIN, 2, 4))).containsExactly(2, 101);
  }

  @Test
  void missingValuesAndLabelsSurvive() throws Exception {
    write(0, 1, 3);
    Rows rows = new RowFolder(folder).read(Partition.TRAIN, 0, 1);
    assertThat(rows.columns()).containsExactly("a", "b");
    assertThat(rows.features()[1]).isNaN();
    assertThat(rows.labels()).containsExactly(1, 0, 1);
    assertThat(rows.positives()).isEqualTo(2);
  }

  @Test
  void anIncompletePreparationIsRefused() throws Exception {
    write(0, 2, 3);
    refuses("missing " + folder.resolve("train-1-of-2.rows") + ": the preparation is not complete");
  }

  @Test
  void filesOfDifferentPreparationsAreRefused() throws Exception {
    write(0, 1, 3);
    write(0, 2, 3);
    assertThatThrownBy(() -> new RowFolder(folder).read(Partition.TRAIN, 0, 1))
        .isInstanceOf(Stop.class)
        .hasMessageContaining("holds rows of");
  }

  @Test
  void cutAndForeignFilesAreRefused() throws Exception {
    write(0, 1, 3);
    Path file = folder.resolve("train-0-of-1.rows");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));
    refuses(file + " is cut or damaged: it says 3 rows and has bytes for 2");
    Files.writeString(file, "a,b,c\n1,2,3\n");
    refuses(file + " is not a row file: it does not start with 'rows/1 '");
    Files.writeString(file, "");
    refuses(file + " is not a row file: it does not start with 'rows/1 '");
  }

  @Test
  void rowsOfOneLabelAreRefusedWhereBothAreNeeded() throws Exception {
    write(0, 1, 1);
    assertThatThrownBy(() -> new RowFolder(folder).readBothLabels(Partition.TRAIN, 0, 1))
        .hasMessage(
            folder
                + " has 1 train rows for rank 0 of 1, 1 of them positive: both labels are needed");
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> new RowFolder(folder).read(Partition.TRAIN, 0, 1))
        .isInstanceOf(Stop.class)
        .hasMessage(message);
  }

  private void write(int shard, int shards, int rows) throws IOException {
    RowWriter writer = new RowWriter(List.of("a", "b"));
    for (int row = 0; row < rows; row++) {
      writer.add(new float[] {shard * 100 + row, Float.NaN}, row % 2 == 0);
    }
    Durable.write(folder.resolve(Partition.TRAIN.file(shard, shards)), writer.content());
  }

  private static int[] firsts(Rows rows) {
    int[] firsts = new int[rows.count()];
    for (int row = 0; row < firsts.length; row++) {
      firsts[row] = (int) rows.features()[row * 2];
    }
    return firsts;
  }
}
