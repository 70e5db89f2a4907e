package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Location;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where locations are in a pod. Whole volumes are mounted, the same one up to twice: below {@code
 * /naru/in} read-only and below {@code /naru/out} writable, as in containers of the engine docker.
 */
final class Places {
  static final String IN = "/naru/in/";
  static final String OUT = "/naru/out/";

  private final Models models;
  private final SortedMap<String, VolumeMount> mounts = new TreeMap<>();
  private final SortedMap<String, Set<String>> wanted = new TreeMap<>();
  private final Set<String> volumes = new TreeSet<>();

  /** Tells on which Volume a project's models of a Training are. */
  interface Models {
    String volume(String project, String training);
  }

  Places(Models models) {
    this.models = models;
  }

  /** The path of a directory; its volume is mounted from now on. */
  String add(Dir dir) {
    Location.InVolume at = inVolume(dir.location());
    if (dir.writable()) {
      wanted.computeIfAbsent(at.volume(), _ -> new TreeSet<>()).add(relative(at));
    }
    return add(at, dir.writable());
  }

  /** The same without making the directory. */
  String add(Location location, boolean writable) {
    Location.InVolume at = inVolume(location);
    String root = (writable ? OUT : IN) + at.volume();
    volumes.add(at.volume());
    mounts.computeIfAbsent(
        root,
        _ ->
            new VolumeMountBuilder()
                .withName(mountName(at.volume()))
                .withMountPath(root)
                .withReadOnly(!writable)
                .build());
    return root + "/" + relative(at);
  }

  /** Models are in a folder of a Volume: {@code models/<training>/...}. */
  Location.InVolume inVolume(Location location) {
    return switch (location) {
      case Location.InVolume l -> l;
      case Location.InModels l ->
          new Location.InVolume(
              l.project(),
              models.volume(l.project(), l.path().split("/", 2)[0]),
              "models/" + l.path());
    };
  }

  List<VolumeMount> mounts() {
    return new ArrayList<>(mounts.values());
  }

  /** The Volumes that are mounted. */
  Set<String> volumes() {
    return volumes;
  }

  List<Volume> podVolumes() {
    return volumes.stream()
        .map(v ->
            new VolumeBuilder()
                .withName(mountName(v))
                .withNewPersistentVolumeClaim()
                .withClaimName(claim(v))
                .endPersistentVolumeClaim()
                .build())
        .toList();
  }

  /** The directories that must be there before the start, by Volume, relative to its root. */
  SortedMap<String, Set<String>> wanted() {
    return wanted;
  }

  static String mountName(String volume) {
    return "v-" + volume;
  }

  /** The name of a Volume's claim. */
  static String claim(String volume) {
    return volume + "-volume";
  }

  private static String relative(Location.InVolume location) {
    Path path = Path.of(location.path()).normalize();
    if (path.isAbsolute() || path.toString().isEmpty() || path.startsWith("..")) {
      throw new NaruException(
          NaruException.Code.INVALID, "'" + location.path() + "' is not inside its volume");
    }
    return path.toString();
  }
}
