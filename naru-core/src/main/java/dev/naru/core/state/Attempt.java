package dev.naru.core.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One start of a run's whole gang; of a Preparation, one start of one shard.
 *
 * @param number from 1; the fencing number
 * @param index the shard, of a Preparation; 0 for a Training
 * @param phase where it stands
 * @param notBefore when it may start: the end of the wait after the attempt before; of one that was
 *     put back, when the next one may
 * @param startedAt when its group was applied
 * @param endedAt when its end was seen
 * @param outcome what it came to
 * @param reason why, in words
 * @param resumedFromStep step of the checkpoint that it began from; 0 from nothing; empty until
 *     known
 * @param resumedFrom path of that checkpoint in its volume
 * @param firstProgressAt when its first progress line beyond that step was read
 */
public record Attempt(
    int number,
    int index,
    Phase phase,
    Instant notBefore,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Outcome> outcome,
    String reason,
    Optional<Long> resumedFromStep,
    Optional<String> resumedFrom,
    Optional<Instant> firstProgressAt) {
  /** Where an attempt stands. */
  public enum Phase {
    /** Decided; nothing of it exists. It may wait for time or room. */
    PLANNED,
    /** To be applied, or applied and not seen yet. */
    STARTING,
    /** Seen in the engine. */
    RUNNING,
    /** Its end is decided and recorded; what is left of it is being removed. */
    ENDING,
    /** Nothing of it is left. */
    ENDED
  }

  /** A new one that may start at {@code notBefore}. */
  public static Attempt planned(int number, int index, Instant notBefore) {
    return new Attempt(
        number,
        index,
        Phase.PLANNED,
        notBefore,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether its end is recorded. */
  public boolean over() {
    return phase == Phase.ENDING || phase == Phase.ENDED;
  }

  /** With another phase. */
  public Attempt with(Phase next) {
    return new Attempt(
        number,
        index,
        next,
        notBefore,
        startedAt,
        endedAt,
        outcome,
        reason,
        resumedFromStep,
        resumedFrom,
        firstProgressAt);
  }

  /** To begin from that step and checkpoint. */
  public Attempt resuming(long step, Optional<String> from) {
    return new Attempt(
        number,
        index,
        phase,
        notBefore,
        startedAt,
        endedAt,
        outcome,
        reason,
        Optional.of(step),
        from,
        firstProgressAt);
  }

  /** Started now. */
  public Attempt starting(Instant now) {
    return new Attempt(
        number,
        index,
        Phase.STARTING,
        notBefore,
        Optional.of(now),
        endedAt,
        outcome,
        reason,
        resumedFromStep,
        resumedFrom,
        firstProgressAt);
  }

  /** With the moment before which no next one may start. */
  public Attempt nextAt(Instant at) {
    return new Attempt(
        number,
        index,
        phase,
        at,
        startedAt,
        endedAt,
        outcome,
        reason,
        resumedFromStep,
        resumedFrom,
        firstProgressAt);
  }

  /** Ended, with what it came to. */
  public Attempt ended(Instant at, Outcome what, String why) {
    return new Attempt(
        number,
        index,
        Phase.ENDING,
        notBefore,
        startedAt,
        Optional.of(at),
        Optional.of(what),
        why,
        resumedFromStep,
        resumedFrom,
        firstProgressAt);
  }

  /** With the moment of its first progress. */
  public Attempt progressed(Instant at) {
    return new Attempt(
        number,
        index,
        phase,
        notBefore,
        startedAt,
        endedAt,
        outcome,
        reason,
        resumedFromStep,
        resumedFrom,
        Optional.of(at));
  }

  /**
   * From the end of the attempt before to the first progress of this one; empty until both are
   * known.
   */
  public Optional<Duration> recovery(Attempt before) {
    return before.endedAt.flatMap(
        end -> firstProgressAt.map(first -> Duration.between(end, first)));
  }
}
