package dev.naru.engine.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the cgroups of a process are: {@code cgroup} says which, {@code mountinfo} says where they
 * are mounted (proc(5), cgroups(7)).
 */
final class CgroupMounts {
  /** Directory of the process in each v1 hierarchy, by controller; the unified one under "". */
  private final Map<String, Path> own = new HashMap<>();

  private final Map<String, Path> mounts = new HashMap<>();

  private CgroupMounts() {}

  /**
   * Reads where a process is.
   *
   * @param process such as {@code /proc/self}
   */
  static CgroupMounts read(Path process) throws IOException {
    return parse(
        Files.readAllLines(process.resolve("cgroup")),
        Files.readAllLines(process.resolve("mountinfo")));
  }

  static CgroupMounts parse(List<String> cgroups, List<String> mountinfo) {
    Map<String, String> paths = new HashMap<>();
    for (String line : cgroups) {
      String[] parts = line.split(":", 3);
      for (String controller : parts[1].split(",", -1)) {
        paths.put(controller, parts[2]);
      }
    }
    CgroupMounts found = new CgroupMounts();
    for (String line : mountinfo) {
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ", -1);
      String[] kind = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (kind.length < 3 || mount.length < 5) {
        continue;
      }
      if (kind[0].equals("cgroup2")) {
        found.add("", mount, paths);
      } else if (kind[0].equals("cgroup")) {
        for (String option : kind[2].split(",", -1)) {
          found.add(option, mount, paths);
        }
      }
    }
    return found;
  }

  private void add(String controller, String[] mount, Map<String, String> paths) {
    String path = paths.get(controller);
    if (path == null) {
      return;
    }
    Path root = Path.of(mount[3]);
    Path at = Path.of(mount[4].replace("\\040", " "));
    Path absolute = Path.of(path).normalize();
    // In a container the path may be told as the host sees it, while only a part is mounted.
    Path relative = absolute.startsWith(root) ? root.relativize(absolute) : Path.of("");
    mounts.put(controller, at);
    own.put(controller, at.resolve(relative.toString()).normalize());
  }

  /** The directory of the process in the hierarchy of a v1 controller. */
  Optional<Path> v1(String controller) {
    return Optional.ofNullable(own.get(controller)).filter(Files::isDirectory);
  }

  /** The directory of the process in the unified hierarchy, then those above it. */
  List<Path> v2AndAbove() {
    List<Path> places = new ArrayList<>();
    Path mount = mounts.get("");
    for (Path p = own.get("");
        p != null && mount != null && p.startsWith(mount);
        p = p.getParent()) {
      places.add(p);
    }
    return places;
  }
}
