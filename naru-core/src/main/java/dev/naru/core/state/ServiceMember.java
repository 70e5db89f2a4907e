package dev.naru.core.state;

import dev.naru.core.engine.Member;
import java.time.Instant;
import java.util.Optional;

/**
 * One replica that an Inference has decided on.
 *
 * @param index from 0
 * @param start how often this index was started before, from 0
 * @param phase where it stands
 * @param notBefore when it may start: now, or after a wait where starts failed
 * @param since when it came into this phase
 * @param readyAt when it was first ready
 * @param failures how often in a row this index ended before it was ready for long
 */
public record ServiceMember(
    int index,
    int start,
    Phase phase,
    Instant notBefore,
    Instant since,
    Optional<Instant> readyAt,
    int failures) {
  /** Where a decided replica stands. */
  public enum Phase {
    /** Shall be there. */
    WANTED,
    /** Gets no new requests; stopped once it has none left. */
    DRAINING
  }

  /** A new one. */
  public static ServiceMember wanted(
      int index, int start, Instant notBefore, Instant now, int failures) {
    return new ServiceMember(
        index, start, Phase.WANTED, notBefore, now, Optional.empty(), failures);
  }

  /** The engine's word for it. */
  public Member member() {
    return new Member(index, start);
  }

  /** To be drained from now. */
  public ServiceMember draining(Instant now) {
    return new ServiceMember(index, start, Phase.DRAINING, notBefore, now, readyAt, failures);
  }

  /** Ready for the first time now. */
  public ServiceMember ready(Instant now) {
    return new ServiceMember(index, start, phase, notBefore, since, Optional.of(now), failures);
  }
}
