package dev.naru.spec;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of this version, in the order in which a project comes up. */
public enum Kind {
  /** What replicas run. */
  IMAGE("Image"),
  /** Where data is kept. */
  VOLUME("Volume"),
  /** A workload of class {@code prepare}. */
  PREPARATION("Preparation"),
  /** A workload of class {@code train}. */
  TRAINING("Training"),
  /** A workload of class {@code infer}. */
  INFERENCE("Inference");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** The kind as the file writes it, such as {@code Training}. */
  public String word() {
    return word;
  }

  /** The kind as commands write it, such as {@code training}. */
  public String lower() {
    return word.toLowerCase(Locale.ROOT);
  }

  /** Reads a kind in any case, singular or plural, as a command line gives it. */
  public static Optional<Kind> ofWord(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(k -> lower.equals(k.lower()) || lower.equals(k.lower() + "s"))
        .findFirst();
  }
}
