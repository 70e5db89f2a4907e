package dev.naru.spec.reading;

import dev.naru.spec.Resource;
import java.util.List;

/** What came of decoding one stored object, by itself. */
public sealed interface Decoding {
  /** It is good, as far as it can be judged without the rest of its project. */
  record Decoded(Resource resource) implements Decoding {}

  /**
   * It is not.
   *
   * @param problems at least one
   */
  record Undecodable(List<Problem> problems) implements Decoding {
    /** Copies the list. */
    public Undecodable {
      problems = List.copyOf(problems);
    }
  }
}
