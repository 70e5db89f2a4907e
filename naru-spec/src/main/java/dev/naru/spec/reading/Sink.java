package dev.naru.spec.reading;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of one file: the first hundred, and how many more there are. */
final class Sink {
  private static final int MOST = 100;

  private final String file;
  private final Set<Problem> problems = new LinkedHashSet<>();
  private long count;

  Sink(String file) {
    this.file = file;
  }

  String file() {
    return file;
  }

  void add(At at, String path, String message) {
    count++;
    if (problems.size() < MOST) {
      problems.add(new Problem(file, at.line(), at.column(), path, message));
    }
  }

  /** How many problems were added so far, also those that are not kept. */
  long count() {
    return count;
  }

  /** In the order of lines; where not all are kept, the last says how many more there are. */
  List<Problem> problems() {
    List<Problem> all = new ArrayList<>(problems.stream().sorted().toList());
    if (all.size() == MOST && count > MOST) {
      all.add(new Problem(file, 0, 0, "", "has " + (count - MOST) + " more problems"));
    }
    return List.copyOf(all);
  }
}
