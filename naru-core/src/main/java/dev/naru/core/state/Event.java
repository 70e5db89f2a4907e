package dev.naru.core.state;

import java.time.Instant;

/**
 * Something that happened to a resource, as {@code why} tells it. Never changed, never removed
 * before its resource.
 *
 * @param key whose
 * @param at when
 * @param level how bad it is
 * @param reason a stable word: {@code RankKilled}, {@code Resumed}
 * @param message a sentence
 */
public record Event(Key key, Instant at, Level level, String reason, String message) {
  /** How bad an event is. */
  public enum Level {
    /** As it should be. */
    NORMAL,
    /** Something went wrong; it will be healed, or somebody must act. */
    WARNING
  }
}
