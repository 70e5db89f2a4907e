package dev.naru.core.engine;

import java.util.List;
import java.util.Optional;

/** What asking for a group gives. Unknown is not absent. */
public sealed interface Observation {
  /**
   * The group is there, or was and its ends are remembered.
   *
   * @param replicas every member applied and not yet removed, in order; those that are being
   *     stopped too
   */
  record Seen(List<Replica> replicas) implements Observation {
    /** Copies the list. */
    public Seen {
      replicas = List.copyOf(replicas);
    }

    /** The replica of that very member. */
    public Optional<Replica> replica(Member member) {
      return replicas.stream().filter(r -> r.member().equals(member)).findFirst();
    }
  }

  /** The engine has nothing of this group: never applied, or removed. */
  record Absent() implements Observation {}

  /**
   * The engine could not be asked.
   *
   * @param reason in words
   */
  record Unknown(String reason) implements Observation {}
}
