package dev.naru.core.run;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.spec.Training;
import java.util.Optional;

/**
 * How a planned attempt comes to its start: it waits for its time, its resume point is chosen, it
 * waits for room for all ranks.
 */
final class GangStart {
  private final RunInput in;
  private final Key key;
  private final Training training;
  private final Notes notes;

  GangStart(RunInput in, Training training, Notes notes) {
    this.in = in;
    this.key = in.object().key();
    this.training = training;
    this.notes = notes;
  }

  Run advance(Run run, Attempt attempt) {
    Training.Spec spec = training.spec();
    boolean room = in.free().place(spec.workers(), spec.resources()).isPresent();
    if (!room) {
      notes.stands(
          "NoRoom", "waits for room: " + in.free().figures(spec.workers(), spec.resources()));
    }
    if (in.now().isBefore(attempt.notBefore())) {
      notes.wake(attempt.notBefore());
      notes.stands("BackingOff", "the next attempt starts at " + attempt.notBefore());
      return run;
    }
    if (!room && !in.features().showsWaitingGangs()) {
      return run;
    }
    if (attempt.resumedFromStep().isEmpty()) {
      return resume(run, attempt);
    }
    if (room) {
      return begun(run, attempt);
    }
    show(RunGroups.gang(key, run, training, attempt));
    return run;
  }

  /** Everything of it is made but its ranks, so that it is there to be looked at. */
  private void show(Group group) {
    if (in.observed(group.id()) instanceof Observation.Absent) {
      notes.act(new Action.Apply(group.waiting()));
    }
  }

  /** Has the resume point chosen, before anything of the attempt is made. */
  private Run resume(Run run, Attempt attempt) {
    Optional<Question.Resume> question = RunGroups.resume(key, run, training, attempt.number());
    if (question.isEmpty()) {
      return resumed(run, attempt, 0, Optional.empty());
    }
    Fact fact = in.answers().get(question.get());
    return switch (fact) {
      case null -> {
        notes.act(new Action.Ask(question.get()));
        yield run;
      }
      case Fact.Resume resume ->
          resumed(run, attempt, resume.step(), resume.from().map(Location::path));
      case Fact.Pending _ -> run;
      case Fact.Unknown unknown -> {
        notes.stands("EngineUnknown", unknown.reason());
        yield run;
      }
      case Fact.Refused refused -> {
        notes.warn("ResumeRefused", refused.reason());
        yield run.over(Run.Phase.FAILED, refused.reason(), in.now());
      }
      case Fact.Sealed _, Fact.Published _, Fact.Checkpoint _, Fact.Files _, Fact.Attached _ ->
          throw new IllegalStateException("a resume question was answered by " + fact);
    };
  }

  private Run resumed(Run run, Attempt attempt, long step, Optional<String> from) {
    Attempt resuming = attempt.resuming(step, from);
    return advance(run.with(resuming), resuming);
  }

  private Run begun(Run run, Attempt attempt) {
    Attempt starting = attempt.starting(in.now());
    notes.happened(
        "AttemptStarted",
        "attempt %d of %s starts %s"
            .formatted(
                attempt.number(),
                RunGroups.runName(key, run.number()),
                attempt.resumedFrom().isPresent()
                    ? "from step " + attempt.resumedFromStep().orElse(0L)
                    : "from the beginning"));
    Run next = run.with(starting);
    notes.act(new Action.Apply(RunGroups.gang(key, next, training, starting)));
    return next;
  }
}
