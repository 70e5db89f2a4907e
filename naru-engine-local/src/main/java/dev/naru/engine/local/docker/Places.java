package dev.naru.engine.local.docker;

import com.github.dockerjava.api.model.Mount;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.QuestionText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where locations are in a container. Whole volumes are mounted, the same one up to twice: below
 * {@code /naru/in} read-only and below {@code /naru/out} writable. (Engines before 25 ignore a
 * request for a part of a volume, and a path through a link that a workload made must end in the
 * container.)
 */
final class Places {
  private static final String IN = "/naru/in/";
  private static final String OUT = "/naru/out/";

  private final Names names;
  private final SortedMap<String, Mount> mounts = new TreeMap<>();
  private final SortedMap<String, List<String>> wanted = new TreeMap<>();

  Places(Names names) {
    this.names = names;
  }

  /** The path of a directory; its volume is mounted from now on. */
  String add(Dir dir) {
    String path = add(dir.location(), dir.writable());
    if (dir.writable()) {
      wanted
          .computeIfAbsent(volume(names, dir.location()), _ -> new ArrayList<>())
          .add(relative(dir.location()));
    }
    return path;
  }

  /** The same without making the directory. */
  String add(Location location, boolean writable) {
    String root = (writable ? OUT : IN) + QuestionText.folder(location);
    mounts.computeIfAbsent(
        root, _ -> DockerVolumes.mount(volume(names, location), root, !writable));
    return root + "/" + relative(location);
  }

  /** What is to be mounted. */
  List<Mount> mounts() {
    return List.copyOf(mounts.values());
  }

  /** The names of the volumes that are to be mounted. */
  Set<String> volumes() {
    return mounts.values().stream()
        .map(Mount::getSource)
        .map(Objects::requireNonNull)
        .collect(Collectors.toSet());
  }

  /** The directories that must be there before the start, by volume, relative to its root. */
  SortedMap<String, List<String>> wanted() {
    return wanted;
  }

  static String volume(Names names, Location location) {
    return switch (location) {
      case Location.InVolume l -> names.volume(l.project(), l.volume());
      case Location.InModels l -> names.models(l.project());
    };
  }

  static String project(Location location) {
    return switch (location) {
      case Location.InVolume l -> l.project();
      case Location.InModels l -> l.project();
    };
  }

  /** Compared element by element, for names come from files that others wrote. */
  private static String relative(Location location) {
    Path path = Path.of(location.path()).normalize();
    if (path.isAbsolute() || path.toString().isEmpty() || path.startsWith("..")) {
      throw new NaruException(
          NaruException.Code.INVALID, "'" + location.path() + "' is not inside its volume");
    }
    return path.toString();
  }

  /** A path and the folders above it, outermost first, as entries of an archive. */
  static List<Tar.Entry> folders(List<String> paths) {
    SortedMap<String, Tar.Entry> entries = new TreeMap<>();
    for (String path : paths) {
      for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
        entries.put(path.substring(0, at), Tar.directory(path.substring(0, at)));
      }
      entries.put(path, Tar.directory(path));
    }
    return List.copyOf(entries.values());
  }
}
