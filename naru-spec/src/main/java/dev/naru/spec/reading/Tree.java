package dev.naru.spec.reading;

import java.util.List;
import java.util.Optional;

/** A document as written, YAML or JSON alike: what the kinds are bound from. */
sealed interface Tree {
  /** Where it begins. */
  At at();

  /** Keys with their values, in the order of the text; no key is there twice. */
  record Mapping(At at, List<Entry> entries) implements Tree {
    public Mapping {
      entries = List.copyOf(entries);
    }

    Optional<Entry> get(String key) {
      return entries.stream().filter(e -> e.key().equals(key)).findFirst();
    }
  }

  /** One key with its value. */
  record Entry(At at, String key, Tree value) {}

  /** Values in order. */
  record Sequence(At at, List<Tree> items) implements Tree {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A text, number, truth value or nothing, by the core schema of YAML 1.2. */
  record Scalar(At at, Type type, String text) implements Tree {}

  /** Types of scalars. */
  enum Type {
    TEXT,
    INTEGER,
    FLOAT,
    BOOLEAN,
    NOTHING,
    /** A problem has been reported already. */
    REFUSED
  }

  /** Whether what is wrong with it has been said. */
  default boolean isRefused() {
    return this instanceof Scalar s && s.type() == Type.REFUSED;
  }

  /** What it is, in the words of a message: {@code the integer 3}, {@code a list}. */
  default String words() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Scalar s ->
          switch (s.type()) {
            case TEXT -> s.text().isEmpty() ? "an empty text" : "the text " + Words.quote(s.text());
            case INTEGER -> "the integer " + Words.cut(s.text());
            case FLOAT -> "the number " + Words.cut(s.text());
            case BOOLEAN -> "the truth value " + Words.cut(s.text());
            case NOTHING, REFUSED -> "nothing";
          };
    };
  }
}
