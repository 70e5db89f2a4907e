package dev.naru.examples.finance;

import java.util.List;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * A table of features and labels.
 *
 * @param columns names of the features, in order
 * @param features {@code [rows, columns]}, row by row; NaN is missing
 * @param labels {@code [rows]}, 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared or kept in a set
record Rows(List<String> columns, float[] features, float[] labels) {
  Rows {
    columns = List.copyOf(columns);
    if (features.length != labels.length * columns.size()) {
      throw new IllegalArgumentException(
          "%d features do not fill %d rows of %d columns"
              .formatted(features.length, labels.length, columns.size()));
    }
  }

  int count() {
    return labels.length;
  }

  /** Rows with label 1. */
  int positives() {
    int positives = 0;
    for (float label : labels) {
      if (label > 0.5f) {
        positives++;
      }
    }
    return positives;
  }

  /** As XGBoost takes it; made by one thread, whatever the host has. */
  DMatrix matrix() throws XGBoostError {
    DMatrix matrix = new DMatrix(features, count(), columns.size(), Float.NaN);
    matrix.setLabel(labels);
    return matrix;
  }
}
