package dev.naru.core.plan;

import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Link;
import java.util.List;

/**
 * What applying a file would do.
 *
 * @param changes one per resource of the file or of the project, in order of kind and name
 * @param judgements what the engine would not do as the file says
 * @param links who will be allowed to talk to whom
 */
public record Plan(List<Change> changes, List<Judgement> judgements, List<Link> links) {
  /** Copies the lists. */
  public Plan {
    changes = List.copyOf(changes);
    judgements = List.copyOf(judgements);
    links = List.copyOf(links);
  }

  /** Whether everything is as the file asks already. */
  public boolean nothingToDo() {
    return changes.stream().allMatch(c -> c.action() == Action.KEEP);
  }

  /** Whether something that runs would be replaced or stopped. */
  public boolean needsConfirmation() {
    return changes.stream().anyMatch(Change::loses);
  }

  /** Whether the engine refuses something. */
  public boolean refused() {
    return judgements.stream().anyMatch(j -> j.level() == Judgement.Level.REFUSED);
  }

  /** What happens to a resource. */
  public enum Action {
    /** It is new. */
    CREATE,
    /** It changes; what it runs goes on. */
    UPDATE,
    /** What it runs is replaced. */
    REPLACE,
    /** The file no longer names it: it is stopped. */
    REMOVE,
    /** A run starts. */
    RUN,
    /** It comes up again after {@code down}. */
    START,
    /** Nothing. */
    KEEP
  }

  /**
   * What happens to one resource.
   *
   * @param action what
   * @param ref the resource
   * @param detail why, in words
   * @param loses whether running work is stopped by it
   */
  public record Change(Action action, String ref, String detail, boolean loses) {}
}
