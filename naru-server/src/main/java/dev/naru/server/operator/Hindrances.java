package dev.naru.server.operator;

import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.state.Key;
import dev.naru.core.state.Stored;
import dev.naru.engine.kubernetes.Hindrance;
import dev.naru.engine.kubernetes.KubernetesEngine;
import dev.naru.server.api.Live;
import dev.naru.spec.Inference;
import dev.naru.spec.Input;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Training;
import dev.naru.spec.VolumePath;
import dev.naru.spec.Workload;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the cluster around it keeps a workload from. Pure. */
final class Hindrances {
  /** Of a Volume on its way, whose users wait. */
  static final String STARTING = "Starting";

  /** Reasons of the loop that the cluster's own words may explain better. */
  private static final Set<String> VAGUE = Set.of("Trouble", "EngineUnknown");

  private Hindrances() {}

  /** The Volumes whose files a run reads or writes, by key. */
  static Set<Key> volumes(Stored object, Collection<Stored> all) {
    Set<String> names = new TreeSet<>();
    switch ((Workload) object.resource()) {
      case Preparation p -> {
        names.add(p.spec().output().volume());
        names.addAll(outputs(object.key().project(), p.spec().inputs(), all));
      }
      case Training t -> {
        names.add(t.spec().checkpoints().map(VolumePath::volume).orElse(KubernetesEngine.MODELS));
        names.addAll(outputs(object.key().project(), t.spec().inputs(), all));
      }
      case Inference _ -> {}
    }
    Set<Key> keys = new TreeSet<>(java.util.Comparator.comparing(Key::name));
    names.forEach(n -> keys.add(new Key(object.key().project(), Kind.VOLUME, n)));
    return keys;
  }

  private static List<String> outputs(String project, List<Input> inputs, Collection<Stored> all) {
    return all.stream()
        .filter(s -> s.key().project().equals(project))
        .filter(s -> inputs.stream().anyMatch(i -> i.from().equals(s.key().name())))
        .filter(s -> s.resource() instanceof Preparation)
        .map(s -> ((Preparation) s.resource()).spec().output().volume())
        .toList();
  }

  /** What keeps a workload from beginning: the first of its Volumes that cannot be used. */
  static Optional<Hindrance> ofVolumes(Set<Key> volumes, Map<Key, Hindrance> hindered) {
    return volumes.stream()
        .flatMap(v -> Optional.ofNullable(hindered.get(v)).map(why -> waits(v, why)).stream())
        .findFirst();
  }

  private static Hindrance waits(Key volume, Hindrance why) {
    return new Hindrance(
        why.reason().equals(STARTING) ? "WaitingForVolume" : "VolumeNotReady",
        "waits for volume/%s: %s".formatted(volume.name(), why.message()));
  }

  /** Whether what the loop says of it is no more than that something does not work. */
  static boolean vague(Live live) {
    return VAGUE.contains(live.reason());
  }

  /** What the cluster said when something was asked of it, or says of a replica that starts. */
  static Optional<Hindrance> said(Live live) {
    if (vague(live)) {
      return Hindrance.of(live.message());
    }
    return live.observed().values().stream()
        .flatMap(o -> o instanceof Observation.Seen seen ? seen.replicas().stream() : null)
        .filter(r -> r.phase() == Replica.Phase.STARTING)
        .flatMap(r -> Hindrance.of(r.message()).stream())
        .findFirst();
  }
}
