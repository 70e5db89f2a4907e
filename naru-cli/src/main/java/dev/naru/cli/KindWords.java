package dev.naru.cli;

import dev.naru.spec.Kind;
import java.util.ArrayList;
import java.util.Arrays;

/** What a shell offers where a kind is wanted. */
final class KindWords extends ArrayList<String> {
  private static final long serialVersionUID = 1;

  KindWords() {
    super(Arrays.stream(Kind.values()).map(Kind::lower).toList());
  }
}
