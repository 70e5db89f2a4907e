package dev.naru.spec.reading;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Words for messages: what users wrote is quoted, cut and free of control characters. */
final class Words {
  private static final int LONGEST = 60;

  private Words() {}

  /** In single quotes, at most 60 characters. */
  static String quote(String text) {
    return "'" + cut(text) + "'";
  }

  /** At most 60 characters, control and formatting characters as {@code \}{@code uXXXX}. */
  static String cut(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(c -> {
          if (isSafe(c)) {
            out.appendCodePoint(c);
          } else {
            out.append(String.format(Locale.ROOT, "\\u%04X", c));
          }
        });
    return text.codePointCount(0, text.length()) > LONGEST ? out + "…" : out.toString();
  }

  private static boolean isSafe(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE ->
          false;
      default -> true;
    };
  }

  /** {@code an Image}, {@code a Volume}. */
  static String withArticle(String word) {
    return ("AEIOUaeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
  }

  /** {@code a, b and c}. */
  static String list(Collection<String> words, String last) {
    List<String> all = List.copyOf(words);
    return all.size() < 2
        ? String.join("", all)
        : String.join(", ", all.subList(0, all.size() - 1)) + " " + last + " " + all.getLast();
  }

  /** {@code did you mean 'size'?} where a known word is near, else {@code known are a, b and c}. */
  static String suggest(String found, Collection<String> known) {
    return nearest(found, known)
        .map(n -> "did you mean '" + n + "'?")
        .orElseGet(() ->
            known.isEmpty()
                ? "there are none"
                : (known.size() == 1 ? "known is " : "known are ") + list(known, "and"));
  }

  /** The known word that {@code found} most likely was meant to be. */
  static Optional<String> nearest(String found, Collection<String> known) {
    String lower = found.toLowerCase(Locale.ROOT);
    int most = 1 + Math.min(found.length(), LONGEST) / 4;
    record Near(String word, int distance) {}
    return known.stream()
        .filter(k -> Math.abs(k.length() - found.length()) <= most)
        .map(k -> new Near(k, distance(lower, k.toLowerCase(Locale.ROOT))))
        .filter(n -> n.distance() <= most && n.distance() < n.word().length())
        .min(Comparator.comparingInt(Near::distance).thenComparing(Near::word))
        .map(Near::word);
  }

  /** Insertions, deletions, replacements and swaps of neighbours that make one from the other. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
