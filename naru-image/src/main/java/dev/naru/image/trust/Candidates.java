package dev.naru.image.trust;

import java.util.List;

/**
 * The candidates of one place.
 *
 * @param unread how many more there are, beyond what is looked at
 */
record Candidates(List<Candidate> all, int unread) {
  static final Candidates NONE = new Candidates(List.of(), 0);

  Candidates {
    all = List.copyOf(all);
  }
}
