package dev.naru.server.loop;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Usage;
import dev.naru.spec.Bytes;
import dev.naru.spec.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the control plane itself uses of its node; engines tell of groups only. */
final class OwnUse {
  private static final Path MEMORY = Path.of("/proc/self/smaps_rollup");
  private static final GroupId SERVER = new GroupId(GroupId.SYSTEM, Kind.INFERENCE, "server", 1, 0);

  /** The same, with the control plane as one more replica of Naru's own on the first node. */
  Usage added(Usage usage) {
    if (usage.nodes().isEmpty()) {
      return usage;
    }
    Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    List<Usage.OfReplica> replicas = new ArrayList<>(usage.replicas());
    String node = usage.nodes().getFirst().node();
    replicas.add(new Usage.OfReplica(SERVER, new Member(0, 0), node, cpu, memory()));
    return new Usage(usage.at(), usage.nodes(), replicas);
  }

  /** Proportional share of all its pages; nothing where the system does not tell. */
  private static Bytes memory() {
    try {
      return Files.readAllLines(MEMORY).stream()
          .filter(line -> line.startsWith("Pss:"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .map(kib -> new Bytes(Long.parseLong(kib) << 10))
          .findFirst()
          .orElse(Bytes.ZERO);
    } catch (IOException e) {
      return Bytes.ZERO;
    }
  }
}
