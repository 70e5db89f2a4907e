package dev.naru.core.engine;

/**
 * What an engine says of a resource before anything starts.
 *
 * @param level how bad it is
 * @param ref the resource: {@code training/fraud}
 * @param field the field it is about: {@code spec.isolation}
 * @param message in words, with the next step
 */
public record Judgement(Level level, String ref, String field, String message) {
  /** How bad it is. */
  public enum Level {
    /** It will run, but not as the file says; printed in every plan. */
    DOWNGRADED,
    /** It will not run; the file is refused. */
    REFUSED
  }
}
