package dev.naru.engine.local;

import dev.naru.spec.Cpu;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Weights and caps by cgroups, below the cgroup that this process is in, where it may make some.
 * Sources: cgroups(7), the kernel's {@code cgroup-v1} and {@code cgroup-v2} pages.
 */
final class Cgroups {
  private final boolean v2;
  private final List<Path> roots;

  private Cgroups(boolean v2, List<Path> roots) {
    this.v2 = v2;
    this.roots = roots;
  }

  /** Without any: limits are best effort. */
  static Cgroups none() {
    return new Cgroups(false, List.of());
  }

  /**
   * Looks for a place where cgroups can be made, and makes one there for this home.
   *
   * @param name of that one, different for each home
   */
  static Cgroups find(String name) {
    try {
      CgroupMounts mounts = CgroupMounts.read(Path.of("/proc/self"));
      Optional<List<Path>> v1 = v1(mounts, name);
      if (v1.isPresent()) {
        return new Cgroups(false, v1.get());
      }
      Optional<Path> unified = v2(mounts, name);
      return unified.map(root -> new Cgroups(true, List.of(root))).orElseGet(Cgroups::none);
    } catch (IOException e) {
      return none();
    }
  }

  /** Whether memory and caps are enforced. */
  boolean enforced() {
    return !roots.isEmpty();
  }

  private static Optional<List<Path>> v1(CgroupMounts mounts, String name) throws IOException {
    Set<Path> roots = new LinkedHashSet<>();
    for (String controller : List.of("memory", "cpu", "cpuacct")) {
      Optional<Path> own = mounts.v1(controller);
      if (own.isEmpty() || !Files.isWritable(own.get())) {
        return Optional.empty();
      }
      Path root = Files.createDirectories(own.get().resolve(name));
      roots.add(root);
    }
    // All replicas together weigh as much as all cores' worth of single threads beside them.
    for (Path root : roots) {
      put(root, "cpu.shares", 1024L * Runtime.getRuntime().availableProcessors());
    }
    return Optional.of(List.copyOf(roots));
  }

  /**
   * A cgroup that holds processes may not hand controllers down, so the place is the nearest one
   * above that does so already: for a login session, that of its systemd.
   */
  private static Optional<Path> v2(CgroupMounts mounts, String name) throws IOException {
    for (Path place : mounts.v2AndAbove()) {
      Path handed = place.resolve("cgroup.subtree_control");
      if (Files.isWritable(place)
          && Files.isReadable(handed)
          && List.of(Files.readString(handed).strip().split(" ", -1))
              .containsAll(List.of("cpu", "memory"))) {
        Path root = Files.createDirectories(place.resolve(name));
        Files.writeString(root.resolve("cgroup.subtree_control"), "+cpu +memory");
        return Optional.of(root);
      }
    }
    return Optional.empty();
  }

  /**
   * Makes the cgroups of a replica.
   *
   * @return its directories, one in each hierarchy; empty without cgroups
   */
  List<Path> make(String replica, Resources resources, Limits limits) throws IOException {
    List<Path> made = new ArrayList<>();
    for (Path root : roots) {
      Path cgroup = Files.createDirectories(root.resolve(replica));
      long shares = Math.max(2, resources.cpu().millis() * 1024 / 1000);
      long memory = resources.memory().value();
      if (v2) {
        put(cgroup, "memory.max", memory);
        // The kernel's own mapping of 2..262144 shares to 1..10000.
        put(cgroup, "cpu.weight", 1 + ((Math.min(shares, 262_144) - 2) * 9999) / 262_142);
        if (limits.cpu().isPresent()) {
          Files.writeString(cgroup.resolve("cpu.max"), quota(limits.cpu().get()) + " 100000");
        }
      } else {
        put(cgroup, "memory.limit_in_bytes", memory);
        put(cgroup, "cpu.shares", shares);
        if (limits.cpu().isPresent()) {
          put(cgroup, "cpu.cfs_period_us", 100_000);
          put(cgroup, "cpu.cfs_quota_us", quota(limits.cpu().get()));
        }
      }
      made.add(cgroup);
    }
    return made;
  }

  /** Microseconds in each tenth of a second; the kernel's least is one thousand. */
  private static long quota(Cpu cpu) {
    return Math.max(1000, cpu.millis() * 100);
  }

  /** A file that is not there belongs to another hierarchy. */
  private static void put(Path cgroup, String file, long value) throws IOException {
    Path path = cgroup.resolve(file);
    if (Files.exists(path)) {
      Files.writeString(path, Long.toString(value));
    }
  }

  /** Processor time used in a replica's cgroups, by all processes that ever were in them. */
  static Optional<Duration> cpu(List<Path> cgroups) {
    for (Path cgroup : cgroups) {
      try {
        Path v1 = cgroup.resolve("cpuacct.usage");
        if (Files.exists(v1)) {
          return Optional.of(Duration.ofNanos(Long.parseLong(Files.readString(v1).strip())));
        }
        Path v2 = cgroup.resolve("cpu.stat");
        if (Files.exists(v2)) {
          for (String line : Files.readAllLines(v2)) {
            if (line.startsWith("usage_usec ")) {
              return Optional.of(Duration.ofNanos(1000 * Long.parseLong(line.substring(11))));
            }
          }
        }
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Removes a replica's cgroups as far as they are empty. */
  static void remove(List<Path> cgroups) {
    cgroups.forEach(Cgroups::removeIfEmpty);
  }

  /** Somebody may still be dying in it; an empty cgroup that stays costs nothing. */
  private static boolean removeIfEmpty(Path cgroup) {
    try {
      return Files.deleteIfExists(cgroup);
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes this home's own cgroups when nothing is in them any more. */
  void release() {
    remove(roots);
  }
}
