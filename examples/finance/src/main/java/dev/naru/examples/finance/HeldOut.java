package dev.naru.examples.finance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/** Measures a model on the rows that it has not seen. */
final class HeldOut {
  private final RowFolder input;
  private final int rank;
  private final int ranks;
  private @Nullable DMatrix share;

  HeldOut(RowFolder input, int rank, int ranks) {
    this.input = input;
    this.rank = rank;
    this.ranks = ranks;
  }

  /** XGBoost's metrics to follow during the training. */
  static void follow(Booster booster) throws XGBoostError {
    booster.setParam("eval_metric", "auc");
    booster.setParam("eval_metric", "logloss");
  }

  /**
   * A look during the training, all ranks together, each at its share of the rows: cheap, because
   * only new trees are evaluated; the area is the mean of the shares' areas.
   */
  Map<String, Double> look(Booster booster, int step) throws XGBoostError, IOException {
    // Read at the first look only: a resumed rank shall make its first round as soon as it can.
    DMatrix rows = share;
    if (rows == null) {
      rows = input.readBothLabels(Partition.HELDOUT, rank, ranks).matrix();
      share = rows;
    }
    float[] values = new float[2];
    booster.evalSet(new DMatrix[] {rows}, new String[] {"heldout"}, step - 1, values);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("auc", (double) values[0]);
    metrics.put("logloss", (double) values[1]);
    return metrics;
  }

  /** Measures the very bytes that will be served, on all rows, and writes both. */
  Map<String, Double> publish(Path folder, byte[] model) throws IOException, XGBoostError {
    Booster booster = XGBoost.loadModel(model);
    booster.setParam("nthread", 1);
    Rows rows = input.readBothLabels(Partition.HELDOUT, 0, 1);
    float[][] predicted = booster.predict(rows.matrix());
    float[] scores = new float[predicted.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = predicted[i][0];
    }
    Map<String, Double> metrics = Quality.of(scores, rows.labels()).metrics();
    String json = Progress.json(metrics) + "\n";
    Durable.write(
        folder.resolve("metrics.json"), ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    Durable.write(folder.resolve("model.ubj"), ByteBuffer.wrap(model));
    return metrics;
  }
}
