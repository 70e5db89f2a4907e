package dev.naru.core.plan;

import dev.naru.core.run.InputState;
import dev.naru.core.run.RunKeys;
import dev.naru.core.serve.ModelChoice;
import dev.naru.core.state.Key;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Input;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Resource;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.VolumePath;
import dev.naru.spec.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the resources of one project want of each other: run keys, inputs, images, models.
 * References that lead nowhere (possible only where objects arrive one by one) are waited for.
 */
public final class Wishes {
  private final Map<String, Stored> objects = new HashMap<>();

  /** Of a project's objects, those that are not wanted any more left out. */
  public Wishes(List<Stored> project) {
    for (Stored object : project) {
      if (object.desired() != Stored.Desired.REMOVED) {
        objects.put(object.key().ref(), object);
      }
    }
  }

  /**
   * What runs a workload.
   *
   * @param digest of the kept copy
   * @param runtime what runs it
   */
  public record Recipe(String digest, Image.RunsOn runtime) {}

  /** The image of a workload; empty where it has none, or it is not kept yet. */
  public Optional<Recipe> image(Workload workload) {
    Optional<String> name =
        switch (workload) {
          case Preparation p -> Optional.of(p.spec().image());
          case Training t -> Optional.of(t.spec().image());
          case Inference i -> i.spec().image();
        };
    return name.flatMap(n -> find(Kind.IMAGE, n))
        .flatMap(object ->
            object.state() instanceof State.OfThing(Optional<String> digest)
                    && object.resource() instanceof Image image
                ? digest.map(d -> new Recipe(d, image.spec().runsOn()))
                : Optional.empty());
  }

  /**
   * The run key of a Preparation or Training as the project now asks for it; empty while a
   * reference leads nowhere, or in a circle.
   */
  public Optional<String> runKey(Workload workload) {
    return runKey(workload, new HashMap<>());
  }

  /**
   * The same.
   *
   * @param known keys of the Preparations that were looked at, each once however many ways lead
   *     there; empty also for one that is being looked at
   */
  private Optional<String> runKey(Workload workload, Map<String, Optional<String>> known) {
    Map<String, String> inputs = new HashMap<>();
    for (Input input : inputs(workload)) {
      if (known.putIfAbsent(input.from(), Optional.empty()) == null) {
        known.put(
            input.from(),
            find(Kind.PREPARATION, input.from())
                .map(Stored::resource)
                .flatMap(p -> runKey((Workload) p, known)));
      }
      Optional<String> key = known.getOrDefault(input.from(), Optional.empty());
      if (key.isEmpty()) {
        return Optional.empty();
      }
      inputs.put(input.from(), key.get());
    }
    return image(workload)
        .map(
            recipe -> RunKeys.of(workload, recipe.digest(), name -> inputs.getOrDefault(name, "")));
  }

  /** Where each input of a workload stands, by name of the Preparation. */
  public SortedMap<String, InputState> inputStates(Workload workload) {
    SortedMap<String, InputState> states = new TreeMap<>();
    for (Input input : inputs(workload)) {
      states.put(
          input.from(),
          find(Kind.PREPARATION, input.from())
              .map(this::inputState)
              .orElseGet(() ->
                  new InputState.Waiting(
                      "waits for preparation/" + input.from() + ", which does not exist yet")));
    }
    return states;
  }

  private InputState inputState(Stored object) {
    Preparation preparation = (Preparation) object.resource();
    State.OfRuns runs = (State.OfRuns) object.state();
    String ref = object.key().ref();
    Optional<String> wanted = runKey(preparation);
    if (runs.ask().isPresent() || runs.active().isPresent()) {
      return new InputState.Waiting("waits for " + ref + ", which is running");
    }
    Optional<Run> finished = runs.lastFinished();
    if (wanted.isEmpty() || finished.isEmpty() || !finished.get().key().equals(wanted.get())) {
      return new InputState.Waiting("waits for " + ref + ", which has not run as the file asks");
    }
    if (finished.get().phase() == Run.Phase.FAILED) {
      return new InputState.Failed(
          "%s failed: %s; repair it, or run it again: naru rerun %s"
              .formatted(ref, finished.get().message(), ref));
    }
    // Where the output lies is a fact of the run that made it, not of the file as it is now.
    Preparation made = (Preparation) finished.get().workload();
    return new InputState.Ready(
        finished.get().number(), made.spec().output().volume(), made.spec().output().path());
  }

  /** Which model an Inference shall serve. */
  public ModelChoice model(Inference inference) {
    if (inference.spec().model().isEmpty()) {
      return new ModelChoice.OwnImage();
    }
    Inference.ModelRef wanted = inference.spec().model().get();
    String ref = "training/" + wanted.from();
    Optional<Stored> training = find(Kind.TRAINING, wanted.from());
    if (training.isEmpty()) {
      return new ModelChoice.None("waits for " + ref + ", which does not exist yet");
    }
    State.OfRuns runs = (State.OfRuns) training.get().state();
    if (wanted.version().isPresent()) {
      int version = wanted.version().get();
      return runs.models().stream()
          .filter(m -> m.version() == version)
          .findFirst()
          .<ModelChoice>map(m -> new ModelChoice.Serve(wanted.from(), m))
          .orElseGet(() -> new ModelChoice.None(ref + " has no model version " + version + " yet"));
    }
    Optional<ModelVersion> promoted = runs.promoted();
    if (promoted.isPresent()) {
      return new ModelChoice.Serve(wanted.from(), promoted.get());
    }
    String why =
        runs.models().isEmpty()
            ? ref + " has made no model yet"
            : "no model of %s was promoted: %s".formatted(ref, runs.models().getLast().reason());
    return new ModelChoice.None(why);
  }

  /**
   * The Volumes of access ReadWriteOnce that a workload reads or writes, or serves a model from.
   */
  public NavigableSet<String> onceVolumes(Workload workload) {
    NavigableSet<String> volumes = new TreeSet<>();
    for (Input input : inputs(workload)) {
      find(Kind.PREPARATION, input.from())
          .map(p -> ((Preparation) p.resource()).spec().output().volume())
          .ifPresent(volumes::add);
    }
    switch (workload) {
      case Preparation p -> volumes.add(p.spec().output().volume());
      case Training t -> t.spec().checkpoints().map(VolumePath::volume).ifPresent(volumes::add);
      case Inference i ->
          i.spec()
              .model()
              .flatMap(m -> find(Kind.TRAINING, m.from()))
              .flatMap(t -> ((Training) t.resource()).spec().checkpoints())
              .map(VolumePath::volume)
              .ifPresent(volumes::add);
    }
    volumes.removeIf(v ->
        find(Kind.VOLUME, v)
            .filter(o -> ((Volume) o.resource()).spec().access() == Volume.Access.ReadWriteOnce)
            .isEmpty());
    return volumes;
  }

  private Optional<Stored> find(Kind kind, String name) {
    return Optional.ofNullable(objects.get(kind.lower() + "/" + name));
  }

  private static List<Input> inputs(Resource workload) {
    return switch (workload) {
      case Preparation p -> p.spec().inputs();
      case Training t -> t.spec().inputs();
      default -> List.of();
    };
  }

  /** The key of a resource in a project. */
  public static Key key(String project, Resource resource) {
    return new Key(project, resource.kind(), resource.name());
  }
}
