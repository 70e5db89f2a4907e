package dev.naru.core.state;

import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Progress;
import dev.naru.spec.Image;
import dev.naru.spec.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One execution of a Preparation or Training, with all that was decided of it.
 *
 * @param number from 1
 * @param key fingerprint of what it depends on (design §6)
 * @param cause why it was started
 * @param workload what was wanted when it started: later changes of the file do not touch it
 * @param imageDigest image that its members run
 * @param runtime what runs that image
 * @param sources where each input comes from, by name of the Preparation
 * @param phase where it stands
 * @param attempts in order of number; of a Preparation in order of shard and number. At most the
 *     last 20 of an index.
 * @param earlierAttempts attempts that are no longer listed
 * @param failures attempts that failed without a new checkpoint, per index
 * @param progress the newest seen
 * @param sealed its output, of a finished Preparation
 * @param model version of its model, of a finished Training
 * @param message why it is where it is, in words
 * @param startedAt when it was decided
 * @param endedAt when it was over
 */
public record Run(
    int number,
    String key,
    Cause cause,
    Workload workload,
    String imageDigest,
    Image.RunsOn runtime,
    SortedMap<String, Source> sources,
    Phase phase,
    List<Attempt> attempts,
    int earlierAttempts,
    SortedMap<Integer, Integer> failures,
    Optional<Progress> progress,
    Optional<Fact.Sealed> sealed,
    Optional<Integer> model,
    String message,
    Instant startedAt,
    Optional<Instant> endedAt) {
  /**
   * The sealed output that a run reads.
   *
   * @param run number of the Preparation's run
   * @param volume where it is
   * @param path of the Preparation's output in that volume, without the run
   */
  public record Source(int run, String volume, String path) {}

  /** Why a run was started. */
  public enum Cause {
    /** The file asks for it and no run has its key. */
    FILE,
    /** Somebody asked to run it again. */
    RERUN,
    /** A drill: its model is recorded, not promoted. */
    DRILL
  }

  /** Where a run stands. */
  public enum Phase {
    /** Attempts are made. */
    ACTIVE,
    /** All members finished; its output is being sealed, its model published. */
    SEALING,
    /** Over, well. */
    SUCCEEDED,
    /** Over, not to be tried again by itself. */
    FAILED,
    /** Over because it is no longer wanted. */
    STOPPED
  }

  /** Copies the collections. */
  public Run {
    sources = Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(sources)));
    attempts = List.copyOf(attempts);
    failures = Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(failures)));
  }

  /** Whether it is over. */
  public boolean over() {
    return phase == Phase.SUCCEEDED || phase == Phase.FAILED || phase == Phase.STOPPED;
  }

  /** The newest attempt of an index. */
  public Optional<Attempt> last(int index) {
    return attempts.stream().filter(a -> a.index() == index).reduce((_, b) -> b);
  }

  /** With that attempt in the place of the one of its number and index, or added. */
  public Run with(Attempt attempt) {
    List<Attempt> next = new ArrayList<>(attempts);
    next.removeIf(a -> a.number() == attempt.number() && a.index() == attempt.index());
    next.add(attempt);
    next.sort(Comparator.comparingInt(Attempt::index).thenComparingInt(Attempt::number));
    List<Attempt> ofIndex = next.stream().filter(a -> a.index() == attempt.index()).toList();
    boolean drops = ofIndex.size() > 20;
    if (drops) {
      next.remove(ofIndex.getFirst());
    }
    return changed(draft -> {
      draft.attempts = next;
      draft.earlierAttempts += drops ? 1 : 0;
    });
  }

  /** With one more failure of an index that brought no new checkpoint. */
  public Run failedOnce(int index) {
    SortedMap<Integer, Integer> next = new TreeMap<>(failures);
    next.merge(index, 1, Integer::sum);
    return changed(draft -> draft.failures = next);
  }

  /** In another phase, for that reason. */
  public Run in(Phase next, String why) {
    return changed(draft -> {
      draft.phase = next;
      draft.message = why;
    });
  }

  /** Over now, in that phase, for that reason. */
  public Run over(Phase next, String why, Instant now) {
    return in(next, why).changed(draft -> draft.endedAt = Optional.of(now));
  }

  /** With newer progress. */
  public Run at(Progress newest) {
    return changed(draft -> draft.progress = Optional.of(newest));
  }

  /** With its output sealed. */
  public Run sealedAs(Fact.Sealed what) {
    return changed(draft -> draft.sealed = Optional.of(what));
  }

  /** With that version as its model. */
  public Run withModel(int version) {
    return changed(draft -> draft.model = Optional.of(version));
  }

  /** Active again, after it was stopped. */
  public Run resumed() {
    return in(Phase.ACTIVE, "").changed(draft -> draft.endedAt = Optional.empty());
  }

  private Run changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Run(
        number,
        key,
        cause,
        workload,
        imageDigest,
        runtime,
        sources,
        draft.phase,
        draft.attempts,
        draft.earlierAttempts,
        draft.failures,
        draft.progress,
        draft.sealed,
        draft.model,
        draft.message,
        startedAt,
        draft.endedAt);
  }

  /** What may change of a run, while it is being changed. The rest is fixed when it starts. */
  private static final class Draft {
    private Phase phase;
    private List<Attempt> attempts;
    private int earlierAttempts;
    private SortedMap<Integer, Integer> failures;
    private Optional<Progress> progress;
    private Optional<Fact.Sealed> sealed;
    private Optional<Integer> model;
    private String message;
    private Optional<Instant> endedAt;

    private Draft(Run run) {
      phase = run.phase;
      attempts = run.attempts;
      earlierAttempts = run.earlierAttempts;
      failures = run.failures;
      progress = run.progress;
      sealed = run.sealed;
      model = run.model;
      message = run.message;
      endedAt = run.endedAt;
    }
  }
}
