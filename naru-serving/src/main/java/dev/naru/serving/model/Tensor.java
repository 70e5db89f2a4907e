package dev.naru.serving.model;

import java.util.Arrays;

/**
 * One input as it was sent; its values lie in the reader's common array.
 *
 * @param from index of the first value
 * @param count how many values there are
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one request.
record Tensor(String name, long[] shape, int from, int count) {

  /** The number of rows if this is a single column, of shape [n] or [n, 1]; else -1. */
  long rowsOfColumn() {
    return shape.length == 1 || (shape.length == 2 && shape[1] == 1) ? shape[0] : -1;
  }

  String shapeText() {
    return Arrays.toString(shape);
  }
}
