package dev.naru.engine.local.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Usage;
import dev.naru.engine.local.MachineUse;
import dev.naru.spec.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What containers and the machine use. The machine's figures are this machine's: an engine behind a
 * socket is here.
 */
final class DockerUsages {
  private final Api api;
  private final Containers containers;
  private final Sight.NodeName node;

  DockerUsages(Api api, Containers containers, Sight.NodeName node) {
    this.api = api;
    this.containers = containers;
    this.node = node;
  }

  Usage measure(Instant now) {
    List<Containers.Known> running =
        containers.all().stream()
            .filter(c -> c.is(Tags.Role.MEMBER) && c.state().equals("running"))
            .toList();
    ConcurrentLinkedQueue<Usage.OfReplica> replicas = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        running.stream()
            .map(c -> Thread.startVirtualThread(() -> of(c).ifPresent(replicas::add)))
            .toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    MachineUse use = MachineUse.now();
    return new Usage(
        now, List.of(new Usage.OfNode(node.get(), use.cpu(), use.memory())), List.copyOf(replicas));
  }

  /** Empty where it has ended meanwhile. */
  private Optional<Usage.OfReplica> of(Containers.Known c) {
    try {
      // One sample, at once; without "one-shot" the engine takes two, a second apart.
      JsonNode stats =
          api.get("measure", "/containers/" + c.id() + "/stats?stream=false&one-shot=true");
      long nanos = stats.path("cpu_stats").path("cpu_usage").path("total_usage").asLong();
      JsonNode memory = stats.path("memory_stats");
      long used = Math.max(0, memory.path("usage").asLong() - givenBack(memory.path("stats")));
      if (nanos == 0 && used == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Usage.OfReplica(
              Tags.group(c.labels()),
              Tags.member(c.labels()),
              node.get(),
              Duration.ofNanos(nanos),
              new Bytes(used)));
    } catch (NaruException e) {
      return Optional.empty();
    }
  }

  /** File pages that the kernel would drop first: cgroup v2 and v1 name them differently. */
  private static long givenBack(JsonNode stats) {
    @Nullable JsonNode found = stats.get("inactive_file");
    if (found == null) {
      found = stats.get("total_inactive_file");
    }
    return found == null ? 0 : Objects.requireNonNull(found).asLong();
  }
}
