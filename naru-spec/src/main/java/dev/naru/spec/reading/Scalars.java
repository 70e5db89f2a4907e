package dev.naru.spec.reading;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Durations;
import dev.naru.spec.Field;
import dev.naru.spec.Quantities;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Reads one scalar as the type that a key wants, and says in words what is wrong with it. */
final class Scalars {
  private final Sink sink;

  Scalars(Sink sink) {
    this.sink = sink;
  }

  /** The value, or a problem and nothing. */
  Optional<?> read(Tree tree, Class<?> type, Field field, String path) {
    if (type == String.class) {
      return text(tree, field, path, field.maxLength(), false);
    } else if (type == int.class || type == Integer.class) {
      return integer(tree, field, path);
    } else if (type == Cpu.class) {
      return amount(tree, field, path, Quantities::millicores, n -> new Cpu(n).toString())
          .map(Cpu::new);
    } else if (type == Bytes.class) {
      return amount(tree, field, path, Quantities::bytes, n -> new Bytes(n).toString())
          .map(Bytes::new);
    } else if (type == Duration.class) {
      return amount(
              tree,
              field,
              path,
              t -> BigDecimal.valueOf(Durations.parse(t).toMillis()),
              n -> Durations.print(Duration.ofMillis(n)))
          .map(Duration::ofMillis);
    } else if (type.isEnum()) {
      return constant(tree, type, path);
    }
    throw new IllegalArgumentException("a file has no " + type);
  }

  /** One text of a list or a map; it may be empty. */
  Optional<String> entry(Tree tree, Field field, String path) {
    return text(tree, field, path, field.maxEntryLength(), true);
  }

  private Optional<String> text(
      Tree tree, Field field, String path, int longest, boolean mayBeEmpty) {
    if (!(tree instanceof Tree.Scalar s) || s.type() != Tree.Type.TEXT) {
      return refuse(
          tree, path, "expected " + textWords(field) + ", found " + tree.words() + quotes(tree));
    }
    String text = s.text();
    int length = text.codePointCount(0, text.length());
    if (text.isEmpty() && !mayBeEmpty) {
      return refuse(tree, path, "expected " + textWords(field) + ", found an empty text");
    } else if (length > longest) {
      return refuse(
          tree,
          path,
          "expected at most " + longest + " characters, found " + length + "; shorten it");
    } else if (text.indexOf('\0') >= 0) {
      return refuse(tree, path, "expected a text without the character U+0000; remove it");
    } else if (!field.pattern().isEmpty() && !text.matches(field.pattern())) {
      return refuse(
          tree, path, "expected " + field.patternWords() + ", found " + Words.quote(text));
    }
    return Optional.of(text);
  }

  private static String textWords(Field field) {
    if (field.refersTo().length > 0) {
      return "the name of "
          + Words.list(
              Arrays.stream(field.refersTo()).map(k -> Words.withArticle(k.word())).toList(), "or");
    }
    return field.patternWords().isEmpty() ? "a text" : field.patternWords();
  }

  private static String quotes(Tree tree) {
    return tree instanceof Tree.Scalar s && s.type() != Tree.Type.NOTHING
        ? "; put it in quotes: \"" + Words.cut(s.text()) + "\""
        : "";
  }

  private Optional<?> integer(Tree tree, Field field, String path) {
    String expected = "expected an integer" + span(field);
    if (!(tree instanceof Tree.Scalar s) || s.type() != Tree.Type.INTEGER) {
      String found = tree.words();
      boolean quoted =
          tree instanceof Tree.Scalar t
              && t.type() == Tree.Type.TEXT
              && t.text().matches("-?[0-9]{1,18}");
      return refuse(
          tree, path, expected + ", found " + found + (quoted ? "; remove the quotes" : ""));
    }
    if (!s.text().matches("[-+]?(0|[1-9][0-9]*)")) {
      return refuse(tree, path, expected + " in plain decimal digits, found " + found(s));
    }
    if (s.text().length() > 20) {
      return refuse(tree, path, expected + ", found " + found(s));
    }
    BigInteger value = new BigInteger(s.text());
    long least = Math.max(field.min(), Integer.MIN_VALUE);
    long most = Math.min(field.max(), Integer.MAX_VALUE);
    if (value.compareTo(BigInteger.valueOf(least)) < 0) {
      return refuse(tree, path, expected + ", found " + found(s) + bound(least, true, field));
    } else if (value.compareTo(BigInteger.valueOf(most)) > 0) {
      return refuse(tree, path, expected + ", found " + found(s) + bound(most, false, field));
    }
    return Optional.of(value.intValueExact());
  }

  private Optional<Long> amount(
      Tree tree,
      Field field,
      String path,
      Function<String, BigDecimal> parse,
      LongFunction<String> print) {
    // The empty text is no amount: for it the parser says what is expected.
    String text = tree instanceof Tree.Scalar s && isAmount(s.type()) ? s.text() : "";
    try {
      BigDecimal value = parse.apply(text);
      String expected = "expected " + range(field, print) + ", found " + Words.cut(text);
      if (value.compareTo(BigDecimal.valueOf(field.min())) < 0) {
        return refuse(tree, path, expected + "; use " + print.apply(field.min()) + " or more");
      } else if (value.compareTo(BigDecimal.valueOf(field.max())) > 0) {
        return refuse(tree, path, expected + "; use " + print.apply(field.max()) + " or less");
      }
      return Optional.of(value.longValueExact());
    } catch (IllegalArgumentException e) {
      return refuse(tree, path, e.getMessage() + ", found " + tree.words());
    }
  }

  private static boolean isAmount(Tree.Type type) {
    return type == Tree.Type.TEXT || type == Tree.Type.INTEGER || type == Tree.Type.FLOAT;
  }

  private Optional<?> constant(Tree tree, Class<?> type, String path) {
    List<String> known =
        Arrays.stream(type.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList();
    String expected =
        "expected " + Words.list(known.stream().map(Words::quote).toList(), "or") + ", found ";
    if (!(tree instanceof Tree.Scalar s) || s.type() != Tree.Type.TEXT) {
      return refuse(tree, path, expected + tree.words());
    }
    Optional<?> value =
        Arrays.stream(type.getEnumConstants())
            .filter(c -> ((Enum<?>) c).name().equals(s.text()))
            .findFirst();
    if (value.isEmpty()) {
      String hint =
          Words.nearest(s.text(), known).map(n -> "; did you mean '" + n + "'?").orElse("");
      return refuse(tree, path, expected + Words.quote(s.text()) + hint);
    }
    return value;
  }

  private static String found(Tree.Scalar scalar) {
    return Words.cut(scalar.text());
  }

  private static String span(Field field) {
    if (field.min() == field.max()) {
      return " equal to " + field.min();
    }
    return field.min() == Long.MIN_VALUE ? "" : " from " + field.min() + " to " + field.max();
  }

  private static String bound(long bound, boolean least, Field field) {
    String orBeyond = field.min() == field.max() ? "" : least ? " or more" : " or less";
    return "; use " + bound + orBeyond;
  }

  private static String range(Field field, LongFunction<String> print) {
    return "at least " + print.apply(field.min()) + " and at most " + print.apply(field.max());
  }

  private <T> Optional<T> refuse(Tree tree, String path, String message) {
    if (!tree.isRefused()) {
      sink.add(tree.at(), path, message);
    }
    return Optional.empty();
  }
}
