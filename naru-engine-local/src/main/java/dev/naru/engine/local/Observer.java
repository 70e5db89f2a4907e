package dev.naru.engine.local;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tells how replicas are, from their files and {@code /proc}. */
final class Observer {
  /** A parent writes who it is within microseconds of making the file. */
  private static final Duration WRITES_WITHIN = Duration.ofSeconds(5);

  private final Proc proc;
  private final Clock clock;
  private final String node;
  private final Signals signals;
  private final Map<Path, ProgressTail> tails = new ConcurrentHashMap<>();
  private final Map<Path, Replica> ended = new ConcurrentHashMap<>();

  Observer(Proc proc, Signals signals, Clock clock, String node) {
    this.proc = proc;
    this.signals = signals;
    this.clock = clock;
    this.node = node;
  }

  /** How a replica is. */
  Replica look(GroupFile file, MemberDir dir) throws IOException {
    Replica known = ended.get(dir.path());
    if (known != null) {
      return known;
    }
    Replica seen =
        switch (dir.claim()) {
          case MemberDir.Claim.None _ -> starting(file, dir);
          case MemberDir.Claim.Empty empty ->
              isRecent(empty.at()) ? starting(file, dir) : lost(file, dir, empty.at());
          case MemberDir.Claim.By by -> claimed(file, dir, by);
        };
    if (seen.phase() == Replica.Phase.ENDED) {
      ended.put(dir.path(), seen);
      tails.remove(dir.path());
    }
    return seen;
  }

  private boolean isRecent(Instant claimed) {
    return claimed.plus(WRITES_WITHIN).isAfter(clock.instant());
  }

  private Replica starting(GroupFile file, MemberDir dir) throws IOException {
    Instant since = Files.getLastModifiedTime(dir.path()).toInstant();
    Replica.Phase phase =
        dir.deadline().isPresent() ? Replica.Phase.STOPPING : Replica.Phase.STARTING;
    return replica(file, dir, phase, Optional.empty(), since);
  }

  private Replica claimed(GroupFile file, MemberDir dir, MemberDir.Claim.By by) throws IOException {
    Optional<Exit> exit = dir.exit();
    if (exit.isPresent()) {
      return replica(file, dir, Replica.Phase.ENDED, exit, by.at());
    }
    if (by.parent().pid() == 0 && isRecent(by.at())) {
      // Whoever made sure that it is not started is about to write down why.
      return starting(file, dir);
    }
    // The parent is looked at before its last word is: it may write that just now.
    boolean parent = proc.alive(by.parent());
    Optional<ProcId> workload = dir.workload();
    boolean alive = workload.isPresent() && proc.alive(workload.get());
    if (!parent && !alive) {
      exit = dir.exit();
      return exit.isPresent()
          ? replica(file, dir, Replica.Phase.ENDED, exit, by.at())
          : lost(file, dir, by.at());
    }
    Replica.Phase phase =
        dir.deadline().isPresent()
            ? Replica.Phase.STOPPING
            : workload.isPresent() ? Replica.Phase.RUNNING : Replica.Phase.STARTING;
    return replica(file, dir, phase, Optional.empty(), by.at());
  }

  /** Nobody can say any more how it ended: that is written down, so that it stays so. */
  private Replica lost(GroupFile file, MemberDir dir, Instant since) throws IOException {
    Optional<ProcId> workload = dir.workload();
    if (workload.isPresent()) {
      signals.kill(workload.get(), dir.cgroups());
    }
    Durable.deleteTree(dir.tmp());
    dir.writeExit(-1, Exit.Cause.LOST);
    Cgroups.remove(dir.cgroups());
    return replica(file, dir, Replica.Phase.ENDED, dir.exit(), since);
  }

  private Replica replica(
      GroupFile file, MemberDir dir, Replica.Phase phase, Optional<Exit> exit, Instant since)
      throws IOException {
    Optional<Progress> progress =
        tails.computeIfAbsent(dir.path(), _ -> new ProgressTail(dir.log(), clock)).look();
    return new Replica(
        dir.member(),
        phase,
        exit,
        dir.workload().map(p -> Long.toString(p.pid())).orElse(""),
        node,
        port(file, dir).map(p -> "127.0.0.1:" + p),
        progress,
        since,
        dir.message());
  }

  private static Optional<Integer> port(GroupFile file, MemberDir dir) {
    return file.group().template().program() instanceof Program.Gateway gateway
        ? Optional.of(gateway.port())
        : Optional.ofNullable(file.ports().get(dir.member()));
  }

  /** Forgets what is remembered of a directory that is gone. */
  void forget(MemberDir dir) {
    tails.remove(dir.path());
    ended.remove(dir.path());
  }
}
