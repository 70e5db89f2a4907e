package dev.naru.engine.local;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Usage;
import dev.naru.spec.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures what replicas and the machine use. */
final class Usages {
  private final GroupStore store;
  private final Proc proc;
  private final String node;

  Usages(GroupStore store, Proc proc, String node) {
    this.store = store;
    this.proc = proc;
    this.node = node;
  }

  Usage measure(Instant now) throws IOException {
    List<Usage.OfReplica> replicas = new ArrayList<>();
    for (GroupFile file : store.all()) {
      for (MemberDir dir : store.members(file)) {
        of(file.group().id(), dir).ifPresent(replicas::add);
      }
    }
    Usage.OfNode machine =
        new Usage.OfNode(node, proc.cpu(), new Bytes(Math.max(0, proc.memoryInUse())));
    return new Usage(now, List.of(machine), replicas);
  }

  private Optional<Usage.OfReplica> of(GroupId group, MemberDir dir) throws IOException {
    Optional<ProcId> workload = dir.workload();
    if (dir.exit().isPresent() || workload.isEmpty() || !proc.alive(workload.get())) {
      return Optional.empty();
    }
    List<Long> pids = Signals.members(dir.cgroups());
    Optional<Duration> cpu = Cgroups.cpu(dir.cgroups());
    if (pids.isEmpty() || cpu.isEmpty()) {
      List<Proc.Stat> session = proc.session(workload.get().pid());
      pids = session.stream().map(Proc.Stat::pid).toList();
      cpu = Optional.of(session.stream().map(Proc.Stat::cpu).reduce(Duration.ZERO, Duration::plus));
    }
    long memory = pids.stream().mapToLong(proc::pss).sum();
    return Optional.of(
        new Usage.OfReplica(group, dir.member(), node, cpu.get(), new Bytes(memory)));
  }
}
