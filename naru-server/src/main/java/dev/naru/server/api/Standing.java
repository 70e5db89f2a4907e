package dev.naru.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Where a resource stands.
 *
 * @param phase the one word for it
 * @param conditions the aspects
 * @param details the other fields of the status, in order
 */
record Standing(Phase phase, List<Condition> conditions, ObjectNode details) {
  /** Where a resource stands, in one word. */
  enum Phase {
    /** Nothing of it runs: it waits, or it is stopped. */
    Pending,
    /** A run is under way. */
    Running,
    /** Its last run ended well. */
    Succeeded,
    /** It cannot become what the file wants without somebody's doing. */
    Failed,
    /** It is on its way to what the file wants. */
    Progressing,
    /** It is as the file wants. */
    Ready,
    /** It serves, but not as the file wants. */
    Degraded
  }

  Standing {
    conditions = List.copyOf(conditions);
  }
}
