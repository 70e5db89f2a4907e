package dev.naru.spec.reading;

import java.util.List;

/** What came of reading a project: all of it, or all that is wrong with it. */
public sealed interface Reading {
  /** Everything is good. */
  record Read(Project project) implements Reading {}

  /**
   * Something is wrong; nothing of the project may be used.
   *
   * @param problems at least one, in the order of files and lines
   */
  record Refused(List<Problem> problems) implements Reading {
    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }
  }
}
