package dev.naru.serving.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The evaluator against the real XGBoost: not close, the same bits. */
class MarginsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"binary:logistic", "reg:logistic", "reg:squarederror", "count:poisson"})
  void areBitEqualForEveryObjectiveWithMissingValuesAndSampling(String objective) throws Exception {
    Trained data = Trained.generated(5_000, 8, 3);
    Booster booster =
        data.train(
            120,
            "objective",
            objective,
            "max_depth",
            6,
            "eta",
            0.1,
            "subsample",
            0.8,
            "colsample_bytree",
            0.7);
    assertSameMargins(data, booster);
  }

  @Test
  void areBitEqualForForestsAndDeepPrunedTrees() throws Exception {
    Trained data = Trained.generated(3_000, 5, 4);
    assertSameMargins(
        data,
        data.train(
            5,
            "objective",
            "binary:logistic",
            "num_parallel_tree",
            7,
            "subsample",
            0.5,
            "max_depth",
            3));
    assertSameMargins(
        data,
        data.train(
            20,
            "objective",
            "binary:logistic",
            "max_depth",
            12,
            "gamma",
            2,
            "tree_method",
            "exact"));
  }

  @Test
  void areBitEqualOnEveryRowOfTheCreditData() throws Exception {
    Optional<Path> file = creditData();
    Assumptions.assumeTrue(
        file.isPresent(), "examples/finance does not ship the credit data in this tree");
    Trained data = credit(file.orElseThrow());
    assertThat(data.rows()).hasDimensions(30_000, 23);
    Booster booster =
        data.train(
            200,
            "objective",
            "binary:logistic",
            "max_depth",
            6,
            "eta",
            0.1,
            "subsample",
            0.8,
            "colsample_bytree",
            0.8);
    assertSameMargins(data, booster);
    for (float[] row : data.rows()) {
      for (int j = Arrays.hashCode(row) & 7; j < row.length; j += 10) {
        row[j] = Float.NaN;
      }
    }
    assertSameMargins(data, booster);
  }

  private void assertSameMargins(Trained data, Booster booster) throws IOException, XGBoostError {
    float[][] expected = booster.predict(data.matrix(), true);
    for (String name : List.of("model.ubj", "model.json")) {
      TreeModel model = ModelReader.read(Trained.save(booster, folder, name));
      assertThat(model.features()).containsExactly(data.names());
      int different = 0;
      for (int i = 0; i < data.rows().length; i++) {
        float margin = model.margin(data.rows()[i], 0);
        if (Float.floatToRawIntBits(margin) != Float.floatToRawIntBits(expected[i][0])) {
          different++;
        }
      }
      assertThat(different)
          .as("rows of %s with other bits, of %d", name, data.rows().length)
          .isZero();
    }
  }

  /** The gzipped table inside the example, found by its name. */
  private static Optional<Path> creditData() throws IOException {
    Path example = Path.of("..", "examples", "finance", "src", "main", "resources");
    if (!Files.isDirectory(example)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(example)) {
      List<Path> found =
          files.filter(f -> f.getFileName().toString().matches("taiwan.*\\.csv\\.gz")).toList();
      assertThat(found).as("the credit data inside %s", example).hasSize(1);
      return Optional.of(found.getFirst());
    }
  }

  private static Trained credit(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> header = List.of(reader.readLine().split(",", -1));
      int[] columns =
          IntStream.range(0, header.size())
              .filter(j -> !List.of("id", "target", "_is_test").contains(header.get(j)))
              .toArray();
      int target = header.indexOf("target");
      List<String[]> lines = reader.lines().map(line -> line.split(",", -1)).toList();
      float[][] rows = new float[lines.size()][columns.length];
      float[] labels = new float[lines.size()];
      for (int i = 0; i < rows.length; i++) {
        labels[i] = Float.parseFloat(lines.get(i)[target]);
        for (int j = 0; j < columns.length; j++) {
          rows[i][j] = Float.parseFloat(lines.get(i)[columns[j]]);
        }
      }
      String[] names = IntStream.of(columns).mapToObj(header::get).toArray(String[]::new);
      return new Trained(rows, labels, names);
    }
  }
}
