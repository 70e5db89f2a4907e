package dev.naru.core.engine;

/**
 * Whether undeclared connections are impossible, as it was tried and not as it is promised.
 *
 * @param state what came of it
 * @param message what was tried, in words
 */
public record Isolation(State state, String message) {
  /** What came of a try. */
  public enum State {
    /** Undeclared connections were not answered, while the same ones were where they may be. */
    ENFORCED,
    /** An undeclared connection was answered. */
    NOT_ENFORCED,
    /** It was not tried yet, or the try itself failed. */
    UNKNOWN
  }
}
