package dev.naru.engine.kubernetes;

import org.jspecify.annotations.Nullable;

/** Indexes as a Job's status lists them: {@code 0,3-5,7}. */
final class Indexes {
  private Indexes() {}

  /**
   * Whether an index is in a list.
   *
   * @param list null or empty for none
   */
  static boolean contains(@Nullable String list, int index) {
    if (list == null || list.isEmpty()) {
      return false;
    }
    for (String part : list.split(",", 0)) {
      String[] ends = part.split("-", 2);
      int first = Integer.parseInt(ends[0]);
      int last = ends.length > 1 ? Integer.parseInt(ends[1]) : first;
      if (first <= index && index <= last) {
        return true;
      }
    }
    return false;
  }
}
