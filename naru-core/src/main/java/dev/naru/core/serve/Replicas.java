package dev.naru.core.serve;

import dev.naru.core.decide.Capacity;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.run.Backoff;
import dev.naru.core.run.Exits;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.ServiceMember;
import dev.naru.spec.Inference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The replicas of a revision: the dead are replaced, the drained let go, others added or drained.
 */
final class Replicas {
  /** A replica that was ready for so long did not fail by starting. */
  private static final Duration PROVEN = Duration.ofSeconds(10);

  /** Time for the gateway to be told that a replica is draining, and to have counted since. */
  private static final Duration TOLD = Duration.ofMillis(300);

  private final ServiceInput in;
  private final Key key;
  private final Inference.Spec spec;
  private final Notes notes;
  private Capacity free;

  Replicas(ServiceInput in, Notes notes) {
    this.in = in;
    this.key = in.object().key();
    this.spec = ((Inference) in.object().resource()).spec();
    this.notes = notes;
    this.free = in.free();
  }

  static boolean wanted(ServiceMember member) {
    return member.phase() == ServiceMember.Phase.WANTED;
  }

  /** How many replicas of a revision shall be there and are ready. */
  int serving(Revision revision) {
    return (int) revision.members().stream().filter(m -> wanted(m) && ready(revision, m)).count();
  }

  /**
   * Whether the gateway finds a replica ready; what it counted before that one is about another.
   */
  boolean ready(Revision revision, ServiceMember member) {
    String id = ServiceGroups.replicaId(key, revision.number(), member.member());
    return in.newest()
        .filter(s -> s.at().isAfter(member.since()))
        .flatMap(s -> s.stats().replica(id))
        .filter(GatewayStats.ReplicaStats::ready)
        .isPresent();
  }

  /**
   * Replaces replicas that ended, after a wait where they keep ending, and lets go of those that
   * have drained.
   */
  Revision heal(Revision revision) {
    Observation observed = in.observed(ServiceGroups.id(key, revision.number()));
    if (observed instanceof Observation.Unknown unknown) {
      notes.stands("EngineUnknown", unknown.reason());
      return revision;
    }
    List<ServiceMember> members = new ArrayList<>();
    for (ServiceMember member : revision.members()) {
      Optional<Replica> replica = replica(observed, member);
      Optional<Exit> exit = replica.flatMap(Replica::exit);
      if (wanted(member)) {
        members.add(
            exit.isPresent()
                ? replaced(revision, member, replica.orElseThrow(), exit.get())
                : member);
      } else if (replica.isPresent() && exit.isEmpty() && !drained(revision, member)) {
        members.add(member);
      }
    }
    return revision.with(members);
  }

  private static Optional<Replica> replica(Observation observed, ServiceMember member) {
    return observed instanceof Observation.Seen seen
        ? seen.replica(member.member())
        : Optional.empty();
  }

  private ServiceMember replaced(Revision revision, ServiceMember member, Replica dead, Exit exit) {
    boolean served = member.readyAt().filter(at -> at.plus(PROVEN).isBefore(in.now())).isPresent();
    int failures = served ? 1 : member.failures() + 1;
    Duration wait = Backoff.STANDARD.after(failures);
    notes.warn(
        "ReplicaEnded",
        "%s of revision %d; it is replaced %s"
            .formatted(
                Exits.words("replica", dead, exit),
                revision.number(),
                wait.isZero() ? "at once" : "in " + wait.toSeconds() + " s"));
    return ServiceMember.wanted(
        member.index(), member.start() + 1, in.now().plus(wait), in.now(), failures);
  }

  /**
   * Whether the gateway knows of it and has nothing under way to it any more, or it has had time
   * enough. A gateway that cannot be asked may still send it requests.
   */
  private boolean drained(Revision revision, ServiceMember member) {
    Optional<Sample> told = in.newest().filter(s -> s.at().isAfter(member.since().plus(TOLD)));
    if (told.isEmpty()) {
      return false;
    }
    Instant given = member.since().plus(spec.grace()).plusSeconds(5);
    if (!in.now().isBefore(given)) {
      return true;
    }
    notes.wake(given);
    String id = ServiceGroups.replicaId(key, revision.number(), member.member());
    return told.get().stats().replica(id).map(r -> r.inFlight() == 0).orElse(true);
  }

  /** Adds or drains replicas until that many are wanted; those that do not serve go first. */
  Revision resize(Revision revision, int target, boolean mayGrow) {
    List<ServiceMember> members = new ArrayList<>(revision.members());
    List<ServiceMember> wanted =
        members.stream()
            .filter(Replicas::wanted)
            .sorted(
                Comparator.comparing((ServiceMember m) -> ready(revision, m))
                    .thenComparing(Comparator.comparingInt(ServiceMember::index).reversed()))
            .toList();
    for (int i = 0; i < wanted.size() - target; i++) {
      members.set(members.indexOf(wanted.get(i)), wanted.get(i).draining(in.now()));
    }
    for (int missing = target - wanted.size(); mayGrow && missing > 0; missing--) {
      Optional<Capacity> room = free.place(1, revision.inference().spec().resources());
      if (room.isEmpty()) {
        notes.stands(
            "NoRoom",
            "%d of %d replicas wait for room: %s"
                .formatted(missing, target, free.figures(1, spec.resources())));
        break;
      }
      free = room.get();
      members.add(added(revision, members));
    }
    members.sort(Comparator.comparingInt(ServiceMember::index));
    return revision.with(members);
  }

  /** One of the lowest free index, with a start that the engine does not remember as another's. */
  private ServiceMember added(Revision revision, List<ServiceMember> members) {
    int index = 0;
    while (taken(members, index)) {
      index++;
    }
    int at = index;
    int start =
        in.observed(ServiceGroups.id(key, revision.number())) instanceof Observation.Seen seen
            ? seen.replicas().stream()
                .filter(r -> r.member().index() == at)
                .mapToInt(r -> r.member().start() + 1)
                .max()
                .orElse(0)
            : 0;
    return ServiceMember.wanted(index, start, in.now(), in.now(), 0);
  }

  private static boolean taken(List<ServiceMember> members, int index) {
    return members.stream().anyMatch(m -> m.index() == index);
  }
}
