package dev.naru.serving.tree;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-shaped document read front to back. XGBoost writes the same document as JSON and as
 * UBJSON; what the model reader needs of either is this.
 *
 * <p>Every method throws {@link ModelFormatException} where the next value has another type than
 * asked for.
 */
interface ModelSource extends Closeable {
  void beginObject() throws IOException;

  /** The next key of the object entered last, or null at its end (which leaves the object). */
  @Nullable String nextKey() throws IOException;

  void beginArray() throws IOException;

  /** Whether the array entered last has another element; false leaves the array. */
  boolean nextElement() throws IOException;

  String string() throws IOException;

  /**
   * An array of whole numbers (JSON also: true and false as 1 and 0), at most {@code max} of them.
   */
  int[] ints(int max) throws IOException;

  /** An array of numbers rounded once to float, at most {@code max} of them. */
  float[] floats(int max) throws IOException;

  /** Skips the next value whole. */
  void skip() throws IOException;

  /** Throws where something follows the document. */
  void end() throws IOException;
}
