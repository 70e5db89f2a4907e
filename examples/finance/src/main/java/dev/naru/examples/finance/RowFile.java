package dev.naru.examples.finance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A row file (see {@link RowWriter}) mapped into memory.
 *
 * @param columns names of the features
 * @param count rows
 * @param numbers {@code [count, columns + 1]}: features, then the label
 */
record RowFile(List<String> columns, int count, FloatBuffer numbers) {
  private static final int LONGEST_HEADER = 1 << 16;

  static RowFile open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      return parse(file, bytes);
    }
  }

  private static RowFile parse(Path file, ByteBuffer bytes) {
    String[] words = header(file, bytes).strip().split(" ", -1);
    if (words.length != 3 || !words[2].endsWith("," + RowWriter.LABEL)) {
      throw Stop.data(
          file + " is not a row file: its first line is not 'rows/1 COUNT names,label'");
    }
    String names = words[2].substring(0, words[2].length() - RowWriter.LABEL.length() - 1);
    List<String> columns = List.of(names.split(",", -1));
    FloatBuffer numbers = bytes.asFloatBuffer();
    int count = numbers.remaining() / (columns.size() + 1);
    if (!words[1].equals(Integer.toString(count))
        || bytes.remaining() != count * (columns.size() + 1) * Float.BYTES) {
      throw Stop.data(
          "%s is cut or damaged: it says %s rows and has bytes for %d"
              .formatted(file, words[1], count));
    }
    return new RowFile(columns, count, numbers);
  }

  private static String header(Path file, ByteBuffer bytes) {
    int most = Math.min(bytes.remaining(), LONGEST_HEADER);
    for (int i = 0; i < most; i++) {
      if (bytes.get(i) == '\n' && (i + 1) % RowWriter.ALIGNMENT == 0) {
        byte[] line = new byte[i + 1];
        bytes.get(line);
        String text = new String(line, StandardCharsets.US_ASCII);
        if (text.startsWith(RowWriter.MAGIC)) {
          return text;
        }
        break;
      }
    }
    throw Stop.data(file + " is not a row file: it does not start with 'rows/1 '");
  }
}
