package dev.naru.core.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What was decided and found out of one resource; which case it is follows from its kind. */
public sealed interface State {
  /**
   * Of an Image or a Volume.
   *
   * @param imageDigest digest of an Image's kept copy
   */
  record OfThing(Optional<String> imageDigest) implements State {}

  /**
   * Of a Preparation or Training.
   *
   * @param runs the last 20, oldest first, and the last finished one
   * @param lastRun number of the newest run ever, 0 for none
   * @param models the last 100 versions recorded, oldest first, and the promoted one
   * @param ask a run that somebody asked for and that has not begun
   */
  record OfRuns(List<Run> runs, int lastRun, List<ModelVersion> models, Optional<Run.Cause> ask)
      implements State {
    /** Copies the lists. */
    public OfRuns {
      runs = List.copyOf(runs);
      models = List.copyOf(models);
    }

    /** Of a workload that never ran. */
    public static OfRuns none() {
      return new OfRuns(List.of(), 0, List.of(), Optional.empty());
    }

    /** The newest run. */
    public Optional<Run> last() {
      return runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
    }

    /**
     * The newest run that came to an end of its own, well or badly: what the file asks for is held
     * against it. A drill's run proves nothing about the file and is passed over.
     */
    public Optional<Run> lastFinished() {
      return runs.stream()
          .filter(r -> r.phase() == Run.Phase.SUCCEEDED || r.phase() == Run.Phase.FAILED)
          .filter(r -> r.cause() != Run.Cause.DRILL)
          .reduce((_, b) -> b);
    }

    /** The run that is not over yet. */
    public Optional<Run> active() {
      return last().filter(r -> !r.over());
    }

    /** With that run in the place of the one of its number. */
    public OfRuns with(Run run) {
      return new OfRuns(
          runs.stream().map(r -> r.number() == run.number() ? run : r).toList(),
          lastRun,
          models,
          ask);
    }

    /** With these models. */
    public OfRuns withModels(List<ModelVersion> next) {
      return new OfRuns(runs, lastRun, next, ask);
    }

    /** The newest promoted model. */
    public Optional<ModelVersion> promoted() {
      return models.stream().filter(ModelVersion::promoted).reduce((_, b) -> b);
    }
  }

  /**
   * Of an Inference.
   *
   * @param revisions those that have replicas, and the newest, oldest first
   * @param lastRevision number of the newest revision ever, 0 for none
   * @param wanted replicas wanted by the autoscaler, within the file's bounds
   * @param wantedSince when that number was decided
   * @param proven whether some revision was ready once, so that zero replicas are to be trusted
   */
  record OfService(
      List<Revision> revisions, int lastRevision, int wanted, Instant wantedSince, boolean proven)
      implements State {
    /** Copies the list. */
    public OfService {
      revisions = List.copyOf(revisions);
    }

    /** Of an Inference that never had replicas. */
    public static OfService none() {
      return new OfService(List.of(), 0, 0, Instant.EPOCH, false);
    }

    /** The newest revision. */
    public Optional<Revision> newest() {
      return revisions.isEmpty() ? Optional.empty() : Optional.of(revisions.getLast());
    }
  }
}
