package dev.naru.image.trust;

import java.time.Instant;
import java.util.Optional;

/**
 * A key of a home.
 *
 * @param created when it was made
 * @param state what it is good for
 * @param revoked when, where its state is {@link State#REVOKED}
 * @param reason why, in the words of who revoked it; may be empty
 * @param token where its private half is while it is current, if not in the home
 */
public record HomeKey(
    VerifyKey key,
    Instant created,
    State state,
    Optional<Instant> revoked,
    String reason,
    Optional<Token> token) {
  /** What a key is good for. */
  public enum State {
    /** It signs, and what it signed is accepted. */
    CURRENT,
    /** It signs no more, its private half is gone from the home; what it signed is accepted. */
    OLD,
    /** It signs no more, and what it signed is refused. */
    REVOKED
  }

  /** Refuses a revocation without its time, and a time without revocation. */
  public HomeKey {
    if (revoked.isPresent() != (state == State.REVOKED)) {
      throw new IllegalArgumentException(key + " is " + state + ", revoked " + revoked);
    }
  }

  HomeKey old() {
    return new HomeKey(key, created, State.OLD, Optional.empty(), "", Optional.empty());
  }

  HomeKey revoked(Instant at, String why) {
    return new HomeKey(key, created, State.REVOKED, Optional.of(at), why, Optional.empty());
  }
}
