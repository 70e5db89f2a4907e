package dev.naru.examples.finance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Collects rows and lays them out as a row file: one line of text, then numbers. The line is {@code
 * rows/1 COUNT name,name,…,label}, padded with spaces and ended by a newline so that the numbers
 * start at a multiple of 64 bytes; they are little-endian 32-bit floats, row by row, the label
 * last. NaN is missing.
 */
final class RowWriter {
  static final String MAGIC = "rows/1 ";
  static final String LABEL = "label";
  static final int ALIGNMENT = 64;

  private final List<String> columns;
  private float[] numbers = new float[1 << 16];
  private int used;

  RowWriter(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  void add(float[] features, boolean label) {
    if (features.length != columns.size()) {
      throw new IllegalArgumentException(
          features.length + " features for " + columns.size() + " columns");
    }
    int width = features.length + 1;
    if (used + width > numbers.length) {
      numbers = Arrays.copyOf(numbers, numbers.length * 2);
    }
    System.arraycopy(features, 0, numbers, used, features.length);
    numbers[used + features.length] = label ? 1 : 0;
    used += width;
  }

  int count() {
    return used / (columns.size() + 1);
  }

  /** The file's bytes, ready to be written. */
  ByteBuffer content() {
    String text = MAGIC + count() + " " + String.join(",", columns) + "," + LABEL;
    int headed = (text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    ByteBuffer content =
        ByteBuffer.allocate(headed + used * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    content.put(text.getBytes(StandardCharsets.US_ASCII));
    while (content.position() < headed - 1) {
      content.put((byte) ' ');
    }
    content.put((byte) '\n');
    content.asFloatBuffer().put(numbers, 0, used);
    return content.rewind();
  }
}
