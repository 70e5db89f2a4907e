package dev.naru.cli.talk;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, each as wide as its widest cell, three spaces apart. */
public final class Table {
  private static final String GAP = "   ";
  private final List<List<String>> rows = new ArrayList<>();

  /** With the words above the columns. */
  public Table(String... heads) {
    rows.add(List.of(heads));
  }

  /** Adds a row; empty cells are shown as {@code -}. */
  public void row(String... cells) {
    List<String> safe = new ArrayList<>();
    for (String cell : cells) {
      safe.add(cell.isEmpty() ? "-" : SafeText.line(cell));
    }
    rows.add(safe);
  }

  /** How many rows there are below the heads. */
  public int size() {
    return rows.size() - 1;
  }

  /** All lines, each ended. */
  public String print() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length()).append(GAP);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
