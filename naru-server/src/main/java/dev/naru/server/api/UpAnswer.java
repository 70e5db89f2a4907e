package dev.naru.server.api;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of an {@code up}. */
public sealed interface UpAnswer {
  /** The plan that it went by. */
  PlanAnswer plan();

  /**
   * The wish is durable.
   *
   * @param plan what will happen
   * @param generations generation of each resource, by ref; reached when its status observed it
   */
  record Accepted(PlanAnswer plan, SortedMap<String, Long> generations) implements UpAnswer {
    /** Copies the map. */
    public Accepted {
      generations = Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(generations)));
    }
  }

  /** Something would be replaced or lost, and nobody agreed to that; nothing was written. */
  record NeedsConfirmation(PlanAnswer plan) implements UpAnswer {}

  /** The engine refuses something, as the plan's notes say; nothing was written. */
  record Refused(PlanAnswer plan) implements UpAnswer {}
}
