package dev.naru.serving.tree;

import java.io.IOException;

/** A model file that is damaged, too large, or uses what this evaluator does not support. */
public final class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what is wrong, in lower case and without the file's name
   */
  public ModelFormatException(String message) {
    super(message);
  }
}
