package dev.naru.core.run;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Decision;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Observation;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import dev.naru.spec.Kind;
import dev.naru.spec.Preparation;
import dev.naru.spec.Training;
import dev.naru.spec.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides about the runs of one Preparation or Training: which run there shall be, and what its
 * attempts do next.
 *
 * <p>Pure and level-triggered: the state says what must be there, so that repeating a decision
 * after a crash repeats its actions, and each of them may be done twice.
 */
public final class RunSupervisor {
  private static final int RUNS_KEPT = 20;

  private RunSupervisor() {}

  /** Decides, from all that is known now. */
  public static Decision<State.OfRuns> decide(RunInput in) {
    Notes notes = new Notes(in.object().key(), in.now());
    State.OfRuns state = (State.OfRuns) in.object().state();
    state = stopUnwanted(in, state, notes);
    state = begin(in, state, notes);
    Optional<Run> active = state.active();
    if (active.isPresent()) {
      state = advance(in, state, active.get(), notes);
    }
    state = Promotion.judgeAgain(in.object(), state, notes);
    sweep(in, state, notes);
    return notes.decided(state);
  }

  private static State.OfRuns stopUnwanted(RunInput in, State.OfRuns state, Notes notes) {
    // All of a SEALING run has finished: what it made is recorded whatever is wanted by now.
    Optional<Run> active = state.active().filter(r -> r.phase() == Run.Phase.ACTIVE);
    if (active.isEmpty()) {
      return state;
    }
    Run run = active.get();
    String why;
    if (in.object().desired() != Stored.Desired.UP) {
      why = "stopped by down";
    } else if (!run.key().equals(in.wantedKey())) {
      why = "the file now asks for something else";
    } else {
      return state;
    }
    Run stopped = run;
    for (Attempt attempt : run.attempts()) {
      if (!attempt.over() && attempt.phase() != Attempt.Phase.PLANNED) {
        stopped = stopped.with(attempt.ended(in.now(), Outcome.INTERRUPTED, why));
      }
    }
    String name = RunGroups.runName(in.object().key(), run.number());
    notes.happened("RunStopped", name + " was stopped: " + why);
    return state.with(stopped.over(Run.Phase.STOPPED, why, in.now()));
  }

  private static State.OfRuns begin(RunInput in, State.OfRuns state, Notes notes) {
    if (in.object().desired() != Stored.Desired.UP || state.active().isPresent()) {
      return state;
    }
    boolean asked = state.ask().isPresent();
    boolean done = state.lastFinished().filter(r -> r.key().equals(in.wantedKey())).isPresent();
    if (!asked && done) {
      return state;
    }
    Map<String, Run.Source> sources = new TreeMap<>();
    for (Map.Entry<String, InputState> input : in.inputs().entrySet()) {
      switch (input.getValue()) {
        case InputState.Ready r ->
            sources.put(input.getKey(), new Run.Source(r.run(), r.volume(), r.path()));
        case InputState.Waiting w -> notes.stands("WaitingForInputs", w.why());
        case InputState.Failed f -> notes.stands("InputFailed", f.why());
      }
    }
    if (sources.size() < in.inputs().size() || !ended(in, state)) {
      return state;
    }
    if (in.volumeInUse().isPresent()) {
      notes.stands("VolumeInUse", in.volumeInUse().get());
      return state;
    }
    return resumeStopped(in, state, asked, notes)
        .orElseGet(() -> startRun(in, state, sources, notes));
  }

  /** Whether nothing of the last run is left in the engine, so that its directories are at rest. */
  private static boolean ended(RunInput in, State.OfRuns state) {
    if (state.last().isEmpty()) {
      return true;
    }
    return in.observed().entrySet().stream()
        .filter(e -> e.getKey().run() == state.last().get().number())
        .allMatch(e -> e.getValue() instanceof Observation.Absent);
  }

  /**
   * A run stopped by {@code down} goes on from its last checkpoint: nothing that it depends on has
   * changed.
   */
  private static Optional<State.OfRuns> resumeStopped(
      RunInput in, State.OfRuns state, boolean asked, Notes notes) {
    Optional<Run> last = state.last();
    if (asked
        || last.isEmpty()
        || last.get().phase() != Run.Phase.STOPPED
        || !last.get().key().equals(in.wantedKey())) {
      return Optional.empty();
    }
    Run run = last.get();
    for (Attempt attempt : run.attempts()) {
      run = run.with(attempt.over() ? attempt.with(Attempt.Phase.ENDED) : attempt);
    }
    notes.happened(
        "RunResumed",
        RunGroups.runName(in.object().key(), run.number()) + " goes on where it was stopped");
    return Optional.of(state.with(run.resumed()));
  }

  private static State.OfRuns startRun(
      RunInput in, State.OfRuns state, Map<String, Run.Source> sources, Notes notes) {
    int number = state.lastRun() + 1;
    Run.Cause cause = state.ask().orElse(Run.Cause.FILE);
    Run run =
        new Run(
            number,
            in.wantedKey(),
            cause,
            (Workload) in.object().resource(),
            in.imageDigest(),
            in.runtime(),
            new TreeMap<>(sources),
            Run.Phase.ACTIVE,
            List.of(),
            0,
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "",
            in.now(),
            Optional.empty());
    List<Run> runs = new ArrayList<>(state.runs());
    runs.add(run);
    if (runs.size() > RUNS_KEPT) {
      boolean finished = state.lastFinished().equals(Optional.of(runs.getFirst()));
      runs.remove(finished ? 1 : 0);
    }
    String name = RunGroups.runName(in.object().key(), number);
    notes.happened("RunStarted", name + " was started: " + because(cause));
    return new State.OfRuns(runs, number, state.models(), Optional.empty());
  }

  private static String because(Run.Cause cause) {
    return switch (cause) {
      case FILE -> "no earlier run has its key";
      case RERUN -> "somebody asked to run it again";
      case DRILL -> "a drill; its model will not be promoted";
    };
  }

  private static State.OfRuns advance(RunInput in, State.OfRuns state, Run run, Notes notes) {
    Key key = in.object().key();
    return switch (run.workload()) {
      case Training training when run.phase() == Run.Phase.ACTIVE ->
          state.with(new GangAttempts(in, training, notes).advance(run));
      case Training _ -> Promotion.publish(in, state, run, notes);
      case Preparation preparation when run.phase() == Run.Phase.ACTIVE ->
          state.with(new ShardAttempts(in, preparation, notes).advance(run));
      case Preparation preparation ->
          state.with(ShardAttempts.seal(in, key, run, preparation, notes));
      case Inference _ -> throw new IllegalStateException(key + " is an Inference; it has no runs");
    };
  }

  /** Removes every group that the state does not want, whoever left it there. */
  private static void sweep(RunInput in, State.OfRuns state, Notes notes) {
    Set<GroupId> wanted = new HashSet<>();
    Optional<Run> last = state.last();
    if (last.isPresent() && last.get().phase() == Run.Phase.ACTIVE) {
      Run run = last.get();
      if (in.object().key().kind() == Kind.PREPARATION) {
        wanted.add(RunGroups.shardsId(in.object().key(), run.number()));
      } else {
        run.attempts().stream()
            .filter(a -> !a.over())
            .forEach(
                a -> wanted.add(RunGroups.gangId(in.object().key(), run.number(), a.number())));
      }
    }
    in.observed()
        .forEach((id, seen) -> {
          if (!wanted.contains(id) && seen instanceof Observation.Seen) {
            notes.act(new Action.Remove(id, graceFor(state, id)));
          }
        });
  }

  /**
   * Time to save a checkpoint where a run is stopped; none for the survivors of a dead rank or what
   * is over.
   */
  private static Duration graceFor(State.OfRuns state, GroupId id) {
    return state.runs().stream()
        .filter(r -> r.number() == id.run() && r.phase() == Run.Phase.STOPPED)
        .findFirst()
        .map(r -> r.workload().common().grace())
        .orElse(Duration.ZERO);
  }
}
