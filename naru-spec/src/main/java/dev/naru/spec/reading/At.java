package dev.naru.spec.reading;

import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A place in a text.
 *
 * @param line from 1; 0 for nowhere
 * @param column from 1; 0 for nowhere
 */
record At(int line, int column) {
  /** No place: what was read is not text. */
  static final At NOWHERE = new At(0, 0);

  /** The place of a mark, in a text that begins {@code linesBefore} lines into its file. */
  static At of(Mark mark, int linesBefore) {
    return new At(mark.getLine() + 1 + linesBefore, mark.getColumn() + 1);
  }
}
