package dev.naru.engine.local.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is seen of groups: the engine's own memory, put into the port's words. */
final class Sight {
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;

  /** Within this the engine knows that an end was for want of memory. */
  private static final long CAUSE_MILLIS = 250;

  /** Codes with which a container ends whose program could not be started, as a shell has them. */
  private static final Set<Integer> MAY_NOT_HAVE_BEGUN = Set.of(1, 126, 127);

  private final Api api;
  private final Containers containers;
  private final StartWords words;
  private final ProgressReader progress;
  private final NodeName node;
  private final DockerSecrets secrets;
  private final Clock clock;
  private final Map<String, Look> looks = new ConcurrentHashMap<>();

  /** The name of the engine's machine; asked once. */
  interface NodeName {
    String get();
  }

  Sight(
      Api api,
      Containers containers,
      DockerLogs logs,
      ProgressReader progress,
      NodeName node,
      DockerSecrets secrets,
      Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
    this.api = api;
    this.words = new StartWords(api, logs);
    this.containers = containers;
    this.progress = progress;
    this.node = node;
  }

  /**
   * What an inspection told.
   *
   * @param state the state it was told in: in another one it is told anew
   */
  private record Look(
      String state,
      Instant created,
      Instant startedAt,
      Instant finishedAt,
      int code,
      boolean outOfMemory,
      String error,
      String address) {
    boolean neverStarted() {
      return startedAt.equals(Instant.EPOCH);
    }

    /** Killed, and not yet said by what. */
    boolean mayBeOutOfMemory() {
      return state.equals("exited") && code == KILLED && !outOfMemory;
    }

    /** One that is asked to stop before it was started is not started any more. */
    boolean ended(boolean marked) {
      return state.equals("exited")
          || state.equals("dead")
          || (state.equals("created") && (!error.isEmpty() || marked));
    }
  }

  Observation observe(GroupId id) {
    List<Containers.Known> found = containers.of(id);
    if (found.isEmpty()) {
      return new Observation.Absent();
    }
    Optional<Containers.Known> removal =
        found.stream().filter(c -> c.is(Tags.Role.REMOVED)).findFirst();
    Map<Member, Containers.Known> asked = new HashMap<>();
    for (Containers.Known c : found) {
      if (c.is(Tags.Role.ASKED)) {
        asked.put(Tags.member(c.labels()), c);
      }
    }
    List<Replica> replicas = new ArrayList<>();
    for (Containers.Known c : found) {
      if (c.is(Tags.Role.MEMBER)) {
        Member member = Tags.member(c.labels());
        Optional<Containers.Known> mark = Optional.ofNullable(asked.get(member)).or(() -> removal);
        look(c).flatMap(look -> replica(c, member, look, mark)).ifPresent(replicas::add);
      }
    }
    replicas.sort(Comparator.comparing(Replica::member));
    return new Observation.Seen(replicas);
  }

  private Optional<Replica> replica(
      Containers.Known c, Member member, Look look, Optional<Containers.Known> mark) {
    Optional<Instant> markedAt = mark.flatMap(this::look).map(Look::created);
    Optional<Progress> said =
        progress.look(c.id(), look.neverStarted(), look.ended(mark.isPresent()));
    return Optional.of(
        new Replica(
            member,
            phase(look, mark.isPresent()),
            look.ended(mark.isPresent()) ? Optional.of(exit(look, markedAt)) : Optional.empty(),
            c.id().substring(0, 12),
            node.get(),
            address(c, look),
            said,
            look.neverStarted() ? look.created() : look.startedAt(),
            message(c, look)));
  }

  /** What a program may have said is not what may be told of it. */
  private String message(Containers.Known c, Look look) {
    GroupId id = Tags.group(c.labels());
    return look.error().isEmpty() && look.neverStarted()
        ? secrets.message(id)
        : secrets.redact(id.project(), look.error());
  }

  private static Replica.Phase phase(Look look, boolean marked) {
    if (look.ended(marked)) {
      return Replica.Phase.ENDED;
    }
    if (marked) {
      return Replica.Phase.STOPPING;
    }
    return look.neverStarted() ? Replica.Phase.STARTING : Replica.Phase.RUNNING;
  }

  /**
   * The flag of the engine says that something in the container was out of memory, the code what
   * became of its program: only both together mean that this ended it.
   */
  private static Exit exit(Look look, Optional<Instant> markedAt) {
    if (look.neverStarted() && look.error().isEmpty()) {
      return new Exit(Exit.Cause.EXITED, TERMINATED, true, markedAt.orElse(look.created()));
    }
    boolean asked = markedAt.isPresent() && !look.finishedAt().isBefore(markedAt.get());
    if (look.outOfMemory() && look.code() == KILLED) {
      return new Exit(Exit.Cause.OUT_OF_MEMORY, look.code(), asked, look.finishedAt());
    }
    // A container that is dead was lost by the engine itself: nobody knows how its program ended.
    return look.state().equals("dead")
        ? new Exit(Exit.Cause.LOST, -1, asked, look.finishedAt())
        : new Exit(Exit.Cause.EXITED, look.code(), asked, look.finishedAt());
  }

  private static Optional<String> address(Containers.Known c, Look look) {
    return Tags.address(c.labels())
        .filter(_ -> !look.neverStarted())
        .map(a -> a.startsWith(":") ? look.address() + a : a)
        .filter(a -> !a.startsWith(":"));
  }

  /** Empty where it is gone by now. */
  private Optional<Look> look(Containers.Known c) {
    Look before = looks.get(c.id());
    if (before != null && before.state().equals(c.state()) && !before.state().equals("created")) {
      return Optional.of(before);
    }
    Optional<Look> seen = inspect(c.id());
    if (seen.filter(Look::mayBeOutOfMemory).isPresent()) {
      seen = inspectLater(c.id(), seen.get().finishedAt());
    }
    Optional<Look> now = seen.map(n -> withWords(c, n));
    // An end keeps the address that the container had.
    Optional<Look> kept =
        now.map(
            n -> before == null || !n.address().isEmpty() ? n : withAddress(n, before.address()));
    kept.ifPresent(k -> looks.put(c.id(), k));
    return kept;
  }

  private Optional<Look> inspect(String id) {
    return api.call(
        "look at a container",
        client -> {
          try {
            return Optional.of(read(client.inspectContainerCmd(id).exec()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /** The engine hears of the end and of its cause on two ways, in either order. */
  private Optional<Look> inspectLater(String id, Instant finishedAt) {
    long left = CAUSE_MILLIS - Duration.between(finishedAt, clock.instant()).toMillis();
    try {
      if (left > 0) {
        Thread.sleep(Math.min(left, CAUSE_MILLIS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return inspect(id);
  }

  private Look withWords(Containers.Known c, Look look) {
    if (!look.state().equals("exited")
        || !look.error().isEmpty()
        || !MAY_NOT_HAVE_BEGUN.contains(look.code())) {
      return look;
    }
    return new Look(
        look.state(),
        look.created(),
        look.startedAt(),
        look.finishedAt(),
        look.code(),
        look.outOfMemory(),
        words.of(c, look.code()),
        look.address());
  }

  private static Look withAddress(Look look, String address) {
    return new Look(
        look.state(),
        look.created(),
        look.startedAt(),
        look.finishedAt(),
        look.code(),
        look.outOfMemory(),
        look.error(),
        address);
  }

  private static Look read(InspectContainerResponse c) {
    InspectContainerResponse.ContainerState state = c.getState();
    Instant started = instant(state.getStartedAt());
    Instant created = instant(c.getCreated());
    Instant finished = instant(state.getFinishedAt());
    Long code = state.getExitCodeLong();
    return new Look(
        String.valueOf(state.getStatus()),
        created,
        started,
        atLeast(atLeast(finished, started), created),
        code == null ? -1 : code.intValue(),
        Boolean.TRUE.equals(state.getOOMKilled()),
        state.getError() == null ? "" : state.getError(),
        address(c));
  }

  /** The engine writes a very short run's end before its start, and none where it never started. */
  private static Instant atLeast(Instant end, Instant least) {
    return end.isBefore(least) ? least : end;
  }

  private static String address(InspectContainerResponse c) {
    if (c.getNetworkSettings() == null || c.getNetworkSettings().getNetworks() == null) {
      return "";
    }
    // Those of links are networks too; the one that it was made on is its own.
    ContainerNetwork own =
        c.getNetworkSettings()
            .getNetworks()
            .get(String.valueOf(c.getHostConfig().getNetworkMode()));
    if (own != null && own.getIpAddress() != null && !own.getIpAddress().isEmpty()) {
      return own.getIpAddress();
    }
    for (ContainerNetwork network : c.getNetworkSettings().getNetworks().values()) {
      if (network.getIpAddress() != null && !network.getIpAddress().isEmpty()) {
        return network.getIpAddress();
      }
    }
    return "";
  }

  /** The engine says "not yet" by the year 1. */
  private static Instant instant(@org.jspecify.annotations.Nullable String text) {
    if (text == null || text.isEmpty() || text.startsWith("0001-")) {
      return Instant.EPOCH;
    }
    return OffsetDateTime.parse(text).toInstant();
  }

  /** Forgets containers that are gone. */
  void keepOnly(Set<String> ids) {
    looks.keySet().retainAll(ids);
    progress.keepOnly(ids);
  }
}
