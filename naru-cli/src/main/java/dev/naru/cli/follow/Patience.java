package dev.naru.cli.follow;

import dev.naru.cli.follow.Goals.Reached;
import dev.naru.cli.talk.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When to give up on work that stands still. What keeps it may go away by itself, so it is watched
 * for a while; as long as anything moves, everything is waited for.
 */
public final class Patience {
  /** For what goes away when other work ends, nodes come, or somebody answers again. */
  static final Duration ROOM = Duration.ofMinutes(5);

  /** For what somebody must mend. */
  static final Duration MENDING = Duration.ofMinutes(1);

  /** For somebody to decide about what was written. */
  static final Duration DECIDING = Duration.ofSeconds(30);

  private static final Set<String> FOR_ROOM =
      Set.of("NoRoom", "QuotaExceeded", "Unschedulable", "EngineUnknown");

  private static final Set<String> FOR_MENDING =
      Set.of(
          "Forbidden",
          "PolicyRefused",
          "ImagePullFailed",
          "ContainerRefused",
          "MountFailed",
          "VolumeNotReady",
          "InvalidReferences",
          "HistoryLost",
          "GatewayNotReady",
          "Trouble");

  private final Optional<Duration> timeout;
  private final Instant began;
  private @Nullable Instant still;

  /**
   * Begins now.
   *
   * @param timeout the longest that everything may take; empty for as long as it moves
   */
  public Patience(Optional<Duration> timeout, Instant now) {
    this.timeout = timeout;
    this.began = now;
  }

  /** Whether that reason keeps work from going on. */
  static boolean hinders(String reason) {
    return FOR_ROOM.contains(reason) || FOR_MENDING.contains(reason);
  }

  /** Whether nobody has decided yet about what was written. */
  public static boolean undecided(Wanted one, @Nullable Status status) {
    return status == null || status.observedGeneration() < one.generation();
  }

  /**
   * The workloads that are no longer waited for, by ref: those that something keeps, or all that
   * are open where the time is over; empty for none yet.
   *
   * @param judged by {@link Goals}
   */
  Set<String> exhausted(
      List<Wanted> wanted, Map<String, Status> seen, Map<String, Reached> judged, Instant now) {
    boolean over = timeout.filter(t -> !began.plus(t).isAfter(now)).isPresent();
    Set<String> kept = new HashSet<>();
    Set<String> open = new HashSet<>();
    Duration limit = ROOM;
    boolean moves = false;
    for (Wanted one : wanted) {
      if (judged.get(one.ref()) != Reached.OPEN) {
        continue;
      }
      Optional<Duration> own = limit(one, seen.get(one.ref()));
      boolean waits = one.needs().stream().anyMatch(n -> judged.get(n) == Reached.OPEN);
      if (own.isPresent() && !(waits && undecided(one, seen.get(one.ref())))) {
        kept.add(one.ref());
        limit = own.get().compareTo(limit) < 0 ? own.get() : limit;
      } else {
        moves |= !waits;
      }
      open.add(one.ref());
    }
    if (over) {
      return kept.isEmpty() ? open : kept;
    }
    if (moves || kept.isEmpty()) {
      still = null;
      return Set.of();
    }
    if (still == null) {
      still = now;
    }
    boolean enough = !still.plus(limit).isAfter(now);
    return enough && timeout.isEmpty() ? kept : Set.of();
  }

  private static Optional<Duration> limit(Wanted one, @Nullable Status status) {
    if (status == null || undecided(one, status)) {
      return Optional.of(DECIDING);
    }
    String reason = status.condition().path("reason").asText();
    return FOR_ROOM.contains(reason)
        ? Optional.of(ROOM)
        : FOR_MENDING.contains(reason) ? Optional.of(MENDING) : Optional.empty();
  }
}
