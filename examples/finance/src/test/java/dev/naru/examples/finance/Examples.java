package dev.naru.examples.finance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Small inputs and comparisons that several tests share. */
final class Examples {
  static final CardBook SMALL_BOOK = new CardBook(5, 60, TransactionPreparation.DAYS);

  private Examples() {}

  /** Names and contents of all files of a folder, in one number. */
  static String digest(Path folder) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          digest.update((file.getFileName() + "\n").getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /** Each row with its label as text, sorted: the set of rows, whatever their order. */
  static List<String> rowSet(Path folder, Partition partition) throws IOException {
    Rows rows = new RowFolder(folder).read(partition, 0, 1);
    List<String> lines = new ArrayList<>();
    int width = rows.columns().size();
    for (int row = 0; row < rows.count(); row++) {
      float[] features = Arrays.copyOfRange(rows.features(), row * width, (row + 1) * width);
      lines.add(Arrays.toString(features) + rows.labels()[row]);
    }
    lines.sort(null);
    return lines;
  }
}
