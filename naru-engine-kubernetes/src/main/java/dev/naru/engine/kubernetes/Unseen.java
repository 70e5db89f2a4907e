package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was done to groups and is not seen yet: informers tell a moment later than the API server
 * has answered. Without this a group just made would be taken for one that is gone.
 */
final class Unseen {
  /** After this what the informers say is believed. */
  private static final Duration LAG = Duration.ofSeconds(10);

  private final Clock clock;
  private final Map<GroupId, Made> made = new ConcurrentHashMap<>();
  private final Map<GroupId, Instant> removed = new ConcurrentHashMap<>();

  private record Made(List<Member> members, Instant at) {}

  Unseen(Clock clock) {
    this.clock = clock;
  }

  void made(Group group) {
    removed.remove(group.id());
    made.put(group.id(), new Made(group.members(), clock.instant()));
  }

  void removed(GroupId id) {
    made.remove(id);
    removed.put(id, clock.instant());
  }

  Set<GroupId> made() {
    return Set.copyOf(made.keySet());
  }

  /** What is seen, with what was done since. */
  Observation with(GroupId id, Observation observed) {
    Instant now = clock.instant();
    Made group = made.get(id);
    if (group != null) {
      boolean late = group.at().plus(LAG).isBefore(now);
      List<Replica> others = others(id, group.members(), observed);
      boolean shows =
          observed instanceof Observation.Seen seen
              && group.members().stream().allMatch(m -> seen.replica(m).isPresent())
              && others.stream().allMatch(Unseen::leaves);
      if (shows || late) {
        made.remove(id, group);
      } else {
        List<Replica> all = new ArrayList<>();
        for (Member member : group.members()) {
          all.add(
              observed instanceof Observation.Seen seen
                  ? seen.replica(member).orElseGet(() -> Sight.starting(member, "", now))
                  : Sight.starting(member, "", now));
        }
        others.forEach(r -> all.add(Sight.stopping(r)));
        return new Observation.Seen(all);
      }
    }
    Instant at = removed.get(id);
    if (at != null) {
      if (observed instanceof Observation.Absent || at.plus(LAG).isBefore(now)) {
        removed.remove(id, at);
      } else if (observed instanceof Observation.Seen seen) {
        return new Observation.Seen(seen.replicas().stream().map(Sight::stopping).toList());
      }
    }
    return observed;
  }

  /** What is seen of a service beside the members that it was given last. */
  private static List<Replica> others(GroupId id, List<Member> members, Observation observed) {
    return id.kind() == Kind.INFERENCE && observed instanceof Observation.Seen seen
        ? seen.replicas().stream().filter(r -> !members.contains(r.member())).toList()
        : List.of();
  }

  private static boolean leaves(Replica r) {
    return r.phase() == Replica.Phase.STOPPING || r.phase() == Replica.Phase.ENDED;
  }
}
