package dev.naru.core.plan;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Observation;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import dev.naru.spec.Input;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.VolumePath;
import dev.naru.spec.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who writes in a volume of access ReadWriteOnce. One workload holds it at a time: from the
 * decision to run until nothing of that run is left; the next one waits. Reading holds nothing, for
 * what is read is sealed. Runs come to an end, so nobody waits for ever.
 */
public final class VolumeHolds {
  private VolumeHolds() {}

  /**
   * Why a workload cannot begin a run now: another one writes in its volume.
   *
   * @param object the workload
   * @param project all objects of its project
   * @param observed what the engine said of their groups
   * @return in words; empty where it may begin
   */
  public static Optional<String> inUse(
      Stored object, List<Stored> project, Map<GroupId, Observation> observed) {
    Optional<String> volume =
        writesIn((Workload) object.resource()).filter(v -> isOnce(v, project));
    if (volume.isEmpty()) {
      return Optional.empty();
    }
    return project.stream()
        .filter(other -> !other.key().equals(object.key()))
        .filter(other -> other.state() instanceof State.OfRuns)
        .flatMap(other ->
            ((State.OfRuns) other.state())
                .last().filter(run -> holds(other.key(), run, volume.get(), observed)).stream()
                    .map(run -> RunGroups.runName(other.key(), run.number()))
                    .map(run -> words(volume.get(), other.key(), run)))
        .findFirst();
  }

  private static String words(String volume, Key holder, String run) {
    return "waits for volume/%s, where %s (run %s) writes: it is ReadWriteOnce"
        .formatted(volume, holder.ref(), run);
  }

  private static boolean holds(
      Key key, Run run, String volume, Map<GroupId, Observation> observed) {
    return writesIn(run.workload()).filter(volume::equals).isPresent()
        && (!run.over() || isLeft(key, run, observed));
  }

  /** Whether something of it is there, or might be: the engine could not be asked. */
  private static boolean isLeft(Key key, Run run, Map<GroupId, Observation> observed) {
    return observed.entrySet().stream()
        .filter(e -> e.getKey().project().equals(key.project()))
        .filter(e -> e.getKey().kind() == key.kind())
        .filter(e -> e.getKey().workload().equals(key.name()))
        .filter(e -> e.getKey().run() == run.number())
        .anyMatch(e -> !(e.getValue() instanceof Observation.Absent));
  }

  private static boolean isOnce(String volume, List<Stored> project) {
    return project.stream()
        .anyMatch(s ->
            s.resource() instanceof Volume v
                && v.name().equals(volume)
                && v.spec().access() == Volume.Access.ReadWriteOnce);
  }

  /** The one volume that a workload writes in. */
  private static Optional<String> writesIn(Workload workload) {
    return switch (workload) {
      case Preparation p -> Optional.of(p.spec().output().volume());
      case Training t -> t.spec().checkpoints().map(VolumePath::volume);
      case Inference _ -> Optional.empty();
    };
  }

  /** A line for each volume where workloads wait for each other that could run at once. */
  static List<Judgement> judge(List<Stored> wanted) {
    List<Judgement> said = new ArrayList<>();
    for (Stored object : wanted) {
      if (object.resource() instanceof Volume volume && isOnce(volume.name(), wanted)) {
        List<String> waiting = waiting(volume.name(), wanted);
        if (!waiting.isEmpty()) {
          said.add(
              new Judgement(
                  Judgement.Level.DOWNGRADED,
                  volume.ref(),
                  "spec.access",
                  "%s write in it one after the other, since it is ReadWriteOnce; say"
                          .formatted(String.join(" and ", waiting))
                      + " ReadWriteMany to let them run at once"));
        }
      }
    }
    return said;
  }

  /** Those who write there and do not come one after the other anyway. */
  private static List<String> waiting(String volume, List<Stored> wanted) {
    Map<String, Resource> writers = new HashMap<>();
    Map<String, Resource> all = new HashMap<>();
    for (Stored object : wanted) {
      all.put(object.resource().ref(), object.resource());
      if (object.resource() instanceof Workload workload
          && writesIn(workload).filter(volume::equals).isPresent()) {
        writers.put(workload.ref(), workload);
      }
    }
    return writers.keySet().stream()
        .filter(a ->
            writers.keySet().stream()
                .anyMatch(b ->
                    !a.equals(b) && !before(a, all).contains(b) && !before(b, all).contains(a)))
        .sorted()
        .toList();
  }

  /** All that must have run before a workload may. */
  private static Set<String> before(String ref, Map<String, Resource> all) {
    List<Input> inputs =
        switch (all.get(ref)) {
          case Preparation p -> p.spec().inputs();
          case Training t -> t.spec().inputs();
          case null, default -> List.of();
        };
    Set<String> refs = new HashSet<>();
    for (Input input : inputs) {
      String earlier = Kind.PREPARATION.lower() + "/" + input.from();
      refs.add(earlier);
      refs.addAll(before(earlier, all));
    }
    return refs;
  }
}
