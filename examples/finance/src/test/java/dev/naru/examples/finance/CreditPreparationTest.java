package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreditPreparationTest {
  private static final String HEADER =
      "id," + String.join(",", CreditColumns.FEATURES) + ",target,_is_test\n";
  private static final String REST = ",2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0,";

  @TempDir Path folder;

  @Test
  void splitsThirtyThousandClientsFourToOne() throws Exception {
    new CreditPreparation(folder, 0, 1).run();
    Rows train = new RowFolder(folder).read(Partition.TRAIN, 0, 1);
    Rows heldout = new RowFolder(folder).read(Partition.HELDOUT, 0, 1);
    assertThat(train.count() + heldout.count()).isEqualTo(30_000);
    assertThat(heldout.count()).isBetween(5_800, 6_200);
    assertThat(train.positives() + heldout.positives()).isEqualTo(6_636);
    assertThat(train.columns()).hasSize(23).doesNotContain("id", "_is_test", "target");
  }

  @Test
  void theSplitDoesNotDependOnTheShards() throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    new CreditPreparation(one, 0, 1).run();
    new CreditPreparation(two, 0, 2).run();
    new CreditPreparation(two, 1, 2).run();
    assertThat(Examples.rowSet(two, Partition.HELDOUT))
        .isEqualTo(Examples.rowSet(one, Partition.HELDOUT));
  }

  @Test
  void undocumentedCodesBecomeOthersAndEmptyCellsAreMissing() {
    CreditColumns columns = CreditColumns.of(List.of(HEADER.strip().split(",", -1)));
    String[] cells = ("7,20000,1,0,0," + REST + "1,True").split(",", -1);
    float[] features = columns.features(cells, 2);
    assertThat(features[CreditColumns.FEATURES.indexOf("education")]).isEqualTo(4);
    assertThat(features[CreditColumns.FEATURES.indexOf("marriage")]).isEqualTo(3);
    assertThat(features[CreditColumns.FEATURES.indexOf("age")]).isNaN();
    assertThat(columns.label(cells, 2)).isTrue();
  }

  @Test
  void badCellsAreNamedByLine() {
    refuses("", "the credit data are empty");
    refuses("id,target\n", "the credit data have no column 'limit_bal'");
    refuses(
        HEADER + "7,much,1,1,1,30" + REST + "1,True\n",
        "the credit data, line 2: limit_bal must be a number, found 'much'");
    refuses(
        HEADER + "7,1,1,1,1,30" + REST + "yes,True\n",
        "the credit data, line 2: target must be 0 or 1, found 'yes'");
    refuses(HEADER + "7,1\n", "the credit data, line 2: expected 26 cells, found 2");
  }

  private void refuses(String csv, String message) {
    assertThatThrownBy(() -> new CreditPreparation(folder, 0, 1).run(new StringReader(csv)))
        .isInstanceOf(Stop.class)
        .hasMessage(message);
  }
}
