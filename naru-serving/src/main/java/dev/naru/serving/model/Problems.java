package dev.naru.serving.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with a request, so that its sender learns all of it at once (the first
 * 20).
 */
final class Problems {
  private static final int MOST = 20;

  private final List<String> found = new ArrayList<>(0);
  private int count;

  void add(String problem) {
    count++;
    if (found.size() < MOST) {
      found.add(problem.length() > 300 ? problem.substring(0, 300) + "…" : problem);
    }
  }

  void throwIfAny() throws InvalidRequestException {
    if (count > 0) {
      String more = count > MOST ? "; and " + (count - MOST) + " more" : "";
      throw new InvalidRequestException(String.join("; ", found) + more);
    }
  }
}
