package dev.naru.server.api;

import java.time.Instant;

/**
 * One aspect of where a resource stands.
 *
 * @param type which aspect: {@code Ready}, {@code Progressing}, {@code Promoted}
 * @param status whether it holds
 * @param reason why, as a stable word, listed in docs/reference/conditions.md
 * @param message why, in words; may be empty
 * @param since when the status came to be this; as far as facts tell
 */
record Condition(String type, Truth status, String reason, String message, Instant since) {
  /** Whether a condition holds. */
  enum Truth {
    /** It does. */
    True,
    /** It does not. */
    False,
    /** The engine could not be asked. */
    Unknown;

    static Truth of(boolean holds) {
      return holds ? True : False;
    }
  }

  Condition since(Instant at) {
    return new Condition(type, status, reason, message, at);
  }
}
