package dev.naru.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the reader, the JSON Schema and the reference say of one field of the file.
 *
 * <p>A component of type {@code Optional} may be left out; one with a {@link #byDefault} may too;
 * every other one, but for lists and maps (empty by default), is required.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Field {
  /** What the field means, with unit and effect: one or two sentences for the reference. */
  String doc();

  /** The value, as the file would write it, when the field is left out; empty for none. */
  String byDefault() default "";

  /** Smallest value of a number, a quantity (base unit) or a duration (milliseconds). */
  long min() default Long.MIN_VALUE;

  /** Largest value of a number, a quantity (base unit) or a duration (milliseconds). */
  long max() default Long.MAX_VALUE;

  /** Longest text in characters, longest list or map in entries. */
  int maxLength() default 1024;

  /** Longest text in a list or a map, in characters. */
  int maxEntryLength() default 4096;

  /** Smallest number of entries of a list. */
  int minLength() default 0;

  /**
   * The regular expression that a text, or each entry of a list of texts, matches as a whole; empty
   * for any.
   */
  String pattern() default "";

  /** The pattern in words, for messages; required with {@link #pattern}. */
  String patternWords() default "";

  /** An example value for the reference. */
  String example() default "";

  /** What this name refers to: the kind that must have it. */
  Kind[] refersTo() default {};
}
