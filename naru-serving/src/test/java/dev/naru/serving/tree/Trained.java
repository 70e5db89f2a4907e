package dev.naru.serving.tree;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** A table with labels, and models that the real XGBoost trains on it. */
@SuppressWarnings("ArrayRecordComponent") // Filled once, never compared.
public record Trained(float[][] rows, float[] labels, String[] names) {

  /**
   * A seeded table: uniform columns, a tenth of the values missing, a noisy rule with an
   * interaction as label.
   */
  public static Trained generated(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] table = new float[rows][columns];
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      double sum = random.nextDouble(-1, 1);
      for (int j = 0; j < columns; j++) {
        table[i][j] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextDouble(-3, 3);
        sum += Float.isNaN(table[i][j]) ? 0.2 : table[i][j] * (j % 3 - 1) * 0.5;
      }
      sum += Float.isNaN(table[i][0]) ? 0 : Math.abs(table[i][0]);
      labels[i] = sum > 1 ? 1 : 0;
    }
    String[] names = new String[columns];
    for (int j = 0; j < columns; j++) {
      names[j] = "column_" + j;
    }
    return new Trained(table, labels, names);
  }

  DMatrix matrix() throws XGBoostError {
    int columns = names.length;
    float[] flat = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * columns, columns);
    }
    DMatrix matrix = new DMatrix(flat, rows.length, columns, Float.NaN);
    matrix.setLabel(labels);
    matrix.setFeatureNames(names);
    return matrix;
  }

  public Booster train(int rounds, Object... parameters) throws XGBoostError {
    Map<String, Object> all = new HashMap<>();
    all.put("nthread", 1);
    all.put("seed", 11);
    for (int i = 0; i < parameters.length; i += 2) {
      all.put((String) parameters[i], parameters[i + 1]);
    }
    return XGBoost.train(matrix(), all, rounds, new HashMap<>(), null, null);
  }

  /** Saves a model under a name and returns the file. */
  public static Path save(Booster booster, Path folder, String name) throws XGBoostError {
    Path file = folder.resolve(name);
    booster.saveModel(file.toString());
    return file;
  }
}
