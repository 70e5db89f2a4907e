package dev.naru.core.run;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.spec.Training;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The attempts of one run of a Training: a gang each, all ranks or none. */
final class GangAttempts {
  /** A scheduler takes seconds; what has no node after this has no room. */
  private static final Duration PLACED_WITHIN = Duration.ofSeconds(60);

  /** From putting a gang back to its next try. */
  private static final Duration PUT_BACK = Duration.ofSeconds(30);

  private final RunInput in;
  private final Key key;
  private final Training training;
  private final Notes notes;
  private final GangStart starts;

  GangAttempts(RunInput in, Training training, Notes notes) {
    this.in = in;
    this.key = in.object().key();
    this.training = training;
    this.notes = notes;
    this.starts = new GangStart(in, training, notes);
  }

  Run advance(Run run) {
    Attempt attempt = run.last(0).orElseGet(() -> Attempt.planned(1, 0, in.now()));
    return switch (attempt.phase()) {
      case PLANNED -> starts.advance(run.with(attempt), attempt);
      case STARTING, RUNNING -> watch(run, attempt);
      case ENDING -> clear(run, attempt);
      case ENDED -> next(run, attempt);
    };
  }

  private Run watch(Run run, Attempt attempt) {
    Group group = group(run, attempt);
    return switch (in.observed(group.id())) {
      case Observation.Unknown unknown -> {
        notes.stands("EngineUnknown", unknown.reason());
        yield run;
      }
      case Observation.Absent _ -> {
        if (attempt.phase() == Attempt.Phase.STARTING) {
          notes.act(new Action.Apply(group));
          yield run;
        }
        yield fail(run, attempt, Outcome.LOST, "the engine has nothing of it any more");
      }
      case Observation.Seen seen -> seen(run, attempt, group, seen);
    };
  }

  private Run seen(Run run, Attempt attempt, Group group, Observation.Seen seen) {
    if (group.members().stream().anyMatch(m -> seen.replica(m).isEmpty())) {
      if (attempt.phase() == Attempt.Phase.RUNNING) {
        // It was seen whole: to apply it again would start a rank twice in one attempt.
        return fail(run, attempt, Outcome.LOST, "the engine has lost one of its ranks");
      }
      notes.act(new Action.Apply(group));
      return run;
    }
    Attempt running = attempt.with(Attempt.Phase.RUNNING);
    Run next = run;
    List<Replica> ended = seen.replicas().stream().filter(r -> r.exit().isPresent()).toList();
    Optional<Progress> progress = seen.replicas().getFirst().progress();
    if (progress.isPresent()) {
      long from = attempt.resumedFromStep().orElse(0L);
      boolean first = attempt.firstProgressAt().isEmpty() && progress.get().step() > from;
      next = Pace.noted(run, progress.get(), first || !ended.isEmpty(), in.now(), notes);
      if (first) {
        running = running.progressed(progress.get().at());
        recovered(next, running);
      }
    }
    next = next.with(running);
    Optional<Replica> bad =
        ended.stream()
            .filter(r -> Outcome.of(exit(r)) != Outcome.FINISHED)
            .min(
                Comparator.comparing((Replica r) -> exit(r).at())
                    .thenComparing(GangAttempts::followed));
    if (bad.isPresent()) {
      Exit exit = exit(bad.get());
      return fail(next, running, Outcome.of(exit), Exits.words("rank", bad.get(), exit));
    }
    if (ended.size() == seen.replicas().size()) {
      notes.happened(
          "AttemptFinished",
          "all ranks of attempt %d of %s finished".formatted(attempt.number(), name(next)));
      return next.with(running.ended(in.now(), Outcome.FINISHED, "all ranks finished"))
          .in(Run.Phase.SEALING, "the model is being published");
    }
    List<Replica> starting =
        seen.replicas().stream().filter(r -> r.phase() == Replica.Phase.STARTING).toList();
    starting.stream()
        .map(Replica::message)
        .filter(m -> !m.isEmpty())
        .findFirst()
        .ifPresent(m -> notes.stands("Starting", m));
    Optional<Replica> nowhere = starting.stream().filter(r -> r.node().isEmpty()).findFirst();
    return nowhere.isPresent() ? placed(next, running, nowhere.get()) : next;
  }

  /**
   * The room that was counted on is not there, or not for this gang: it gives back what it has, for
   * half of a gang does no work, and lets others have a try before it has the next.
   */
  private Run placed(Run run, Attempt attempt, Replica nowhere) {
    Instant limit = attempt.startedAt().orElse(in.now()).plus(PLACED_WITHIN);
    if (in.now().isBefore(limit)) {
      notes.wake(limit);
      return run;
    }
    String why =
        "rank %d was given no node within %d s, so all ranks are put back%s"
            .formatted(
                nowhere.member().index(),
                PLACED_WITHIN.toSeconds(),
                nowhere.message().isEmpty() ? "" : ": " + nowhere.message());
    return fail(run, attempt.nextAt(in.now().plus(PUT_BACK)), Outcome.INTERRUPTED, why);
  }

  /** Whether an end is what a rank shows whose gang was ended by another one's. */
  private static boolean followed(Replica replica) {
    Exit exit = exit(replica);
    return exit.asked() || exit.code() == Exit.TERMINATED;
  }

  private void recovered(Run run, Attempt attempt) {
    run.attempts().stream()
        .filter(a -> a.number() == attempt.number() - 1)
        .findFirst()
        .flatMap(attempt::recovery)
        .ifPresent(d ->
            notes.happened(
                "Recovered",
                "attempt %d of %s made progress beyond step %d, %.1f s after the attempt before ended"
                    .formatted(
                        attempt.number(),
                        name(run),
                        attempt.resumedFromStep().orElse(0L),
                        d.toMillis() / 1000.0)));
  }

  /**
   * The dead rank ends the attempt; the sweep kills the survivors at once, for this attempt is no
   * longer wanted.
   */
  private Run fail(Run run, Attempt attempt, Outcome outcome, String why) {
    notes.warn(
        "AttemptEnded", "attempt %d of %s ended: %s".formatted(attempt.number(), name(run), why));
    return run.with(attempt.ended(in.now(), outcome, why));
  }

  private Run clear(Run run, Attempt attempt) {
    return switch (in.observed(RunGroups.gangId(key, run.number(), attempt.number()))) {
      case Observation.Absent _ -> next(run.with(attempt.with(Attempt.Phase.ENDED)), attempt);
      case Observation.Seen _ -> run;
      case Observation.Unknown unknown -> {
        notes.stands("EngineUnknown", unknown.reason());
        yield run;
      }
    };
  }

  private Run next(Run run, Attempt attempt) {
    Outcome outcome = attempt.outcome().orElse(Outcome.LOST);
    if (!outcome.retried()) {
      return failed(run, attempt.reason() + "; such an exit is not tried again");
    }
    if (outcome == Outcome.INTERRUPTED) {
      boolean waits = attempt.notBefore().isAfter(in.now());
      return start(run, attempt, waits ? attempt.notBefore() : in.now());
    }
    Optional<Boolean> fresh = madeCheckpoint(run, attempt);
    if (fresh.isEmpty()) {
      return run;
    }
    if (fresh.get()) {
      return start(run, attempt, in.now());
    }
    Run counted = run.failedOnce(0);
    int failures = counted.failures().getOrDefault(0, 0);
    int budget = training.spec().recovery().attempts();
    if (failures >= budget) {
      return failed(
          counted,
          "%d of %d attempts failed without a new checkpoint; the last: %s"
              .formatted(failures, budget, attempt.reason()));
    }
    return start(counted, attempt, in.now().plus(Backoff.STANDARD.after(failures)));
  }

  /** Whether the attempt made a checkpoint of its own; empty until the engine has said so. */
  private Optional<Boolean> madeCheckpoint(Run run, Attempt attempt) {
    Optional<Question.Resume> question = RunGroups.resume(key, run, training, attempt.number() + 1);
    if (question.isEmpty()) {
      return Optional.of(false);
    }
    Fact fact = in.answers().get(question.get());
    if (fact instanceof Fact.Resume resume) {
      return Optional.of(resume.fresh());
    }
    if (fact instanceof Fact.Refused) {
      return Optional.of(false);
    }
    notes.act(new Action.Ask(question.get()));
    return Optional.empty();
  }

  private Run start(Run run, Attempt before, Instant notBefore) {
    Attempt planned = Attempt.planned(before.number() + 1, 0, notBefore);
    return starts.advance(run.with(planned), planned);
  }

  private Run failed(Run run, String why) {
    notes.warn("RunFailed", name(run) + " failed: " + why);
    return run.over(Run.Phase.FAILED, why, in.now());
  }

  private Group group(Run run, Attempt attempt) {
    return RunGroups.gang(key, run, training, attempt);
  }

  private String name(Run run) {
    return RunGroups.runName(key, run.number());
  }

  private static Exit exit(Replica replica) {
    return replica.exit().orElseThrow();
  }
}
