package dev.naru.engine.local;

import dev.naru.core.NaruException;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import java.nio.file.Path;

/**
 * Where things are in the home; {@code docs/dev/process-engine.md} draws it.
 *
 * @param home {@code $NARU_HOME}, absolute
 */
record Layout(Path home) {
  Path replicas() {
    return home.resolve("replicas");
  }

  Path group(GroupId id) {
    return inside(inside(replicas(), id.project()), id.name());
  }

  Path keptLogs(String project) {
    return inside(home.resolve("logs/replicas"), project);
  }

  Path keptLogs(GroupId id) {
    return inside(keptLogs(id.project()), id.name());
  }

  Path images() {
    return home.resolve("images");
  }

  /** The kept copy of an image, by its digest. */
  Path image(String digest) {
    if (!digest.matches("sha256:[0-9a-f]{64}")) {
      throw invalid("'" + digest + "' is no digest");
    }
    return images().resolve(digest.substring("sha256:".length()));
  }

  Path venvs() {
    return home.resolve("venvs");
  }

  Path volumes(String project) {
    return inside(home.resolve("volumes"), project);
  }

  Path volume(String project, String volume) {
    return inside(volumes(project), volume);
  }

  Path models(String project) {
    return inside(home.resolve("models"), project);
  }

  /** The real place of a location. */
  Path place(Location location) {
    return switch (location) {
      case Location.InVolume l -> inside(volume(l.project(), l.volume()), l.path());
      case Location.InModels l -> inside(models(l.project()), l.path());
    };
  }

  /** Compared element by element, for names come from files that others wrote. */
  private static Path inside(Path root, String path) {
    Path whole = root.resolve(path).normalize();
    if (path.isEmpty() || !whole.startsWith(root) || whole.equals(root)) {
      throw invalid("'" + path + "' is not inside " + root);
    }
    return whole;
  }

  private static NaruException invalid(String what) {
    return new NaruException(NaruException.Code.INVALID, what);
  }
}
