package dev.naru.core.state;

import dev.naru.spec.Resource;
import java.time.Instant;

/**
 * One resource with all that is kept of it: the object of every compare-and-set.
 *
 * @param key which
 * @param version grows with every write; a write names the version that it replaces
 * @param generation grows with every change of {@code resource}
 * @param resource what is wanted
 * @param desired whether it is wanted at all
 * @param state what was decided and found out
 * @param createdAt when it was first wanted
 */
public record Stored(
    Key key,
    long version,
    long generation,
    Resource resource,
    Desired desired,
    State state,
    Instant createdAt) {
  /** Whether a resource is wanted. */
  public enum Desired {
    /** It shall be as its resource says. */
    UP,
    /** Stopped by {@code down}; kept. */
    DOWN,
    /**
     * The file no longer names it: stopped. What is known of it is kept, so that its numbers go on
     * where the file names it again, for its outputs and models are still there.
     */
    REMOVED
  }

  /** With another state. */
  public Stored with(State next) {
    return new Stored(key, version, generation, resource, desired, next, createdAt);
  }

  /** Wanted or not. */
  public Stored with(Desired next) {
    return new Stored(key, version, generation, resource, next, state, createdAt);
  }

  /** With another resource, if it is another: the next generation. */
  public Stored with(Resource next) {
    return next.equals(resource)
        ? this
        : new Stored(key, version, generation + 1, next, desired, state, createdAt);
  }
}
