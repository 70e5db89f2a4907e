package dev.naru.spec.reading;

import java.util.Comparator;

/**
 * One thing wrong with a file.
 *
 * @param file the file as the user named it; empty where there is none
 * @param line line, from 1; 0 where there is none
 * @param column column in characters, from 1; 0 where there is none
 * @param path the place in the document, such as {@code spec.inputs[0].from}; empty for all of it
 * @param message what was expected, what was found and what to do
 */
public record Problem(String file, int line, int column, String path, String message)
    implements Comparable<Problem> {
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::path)
          .thenComparing(Problem::message);

  /** In the order of files, lines and columns. */
  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** {@code finance.yaml:12:7 spec.workers: expected …}, without the parts that there are not. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(file);
    if (line > 0) {
      out.append(':').append(line).append(':').append(column);
    }
    if (!path.isEmpty()) {
      out.append(out.isEmpty() ? "" : " ").append(path);
    }
    return out.append(out.isEmpty() ? "" : ": ").append(message).toString();
  }
}
