package dev.naru.core.run;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Capacity;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Outcome;
import dev.naru.core.state.Run;
import dev.naru.spec.Preparation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The attempts of one run of a Preparation: each shard has its own, and is retried alone. */
final class ShardAttempts {
  private final RunInput in;
  private final Key key;
  private final Preparation preparation;
  private final Notes notes;
  private Capacity free;

  ShardAttempts(RunInput in, Preparation preparation, Notes notes) {
    this.in = in;
    this.key = in.object().key();
    this.preparation = preparation;
    this.notes = notes;
    this.free = in.free();
  }

  Run advance(Run run) {
    Observation observed = in.observed(RunGroups.shardsId(key, run.number()));
    if (observed instanceof Observation.Unknown unknown) {
      notes.stands("EngineUnknown", unknown.reason());
      return run;
    }
    Run next = run;
    for (int index = 0; index < preparation.spec().shards() && !next.over(); index++) {
      next = shard(next, index, observed);
    }
    if (next.over()) {
      return next;
    }
    next = progress(next, observed);
    if (IntStream.range(0, preparation.spec().shards()).allMatch(finished(next))) {
      notes.happened("ShardsFinished", "all shards of " + name(next) + " finished");
      return next.in(Run.Phase.SEALING, "the output is being sealed");
    }
    apply(next, observed);
    return next;
  }

  private Run shard(Run run, int index, Observation observed) {
    Attempt attempt = run.last(index).orElseGet(() -> Attempt.planned(1, index, in.now()));
    return switch (attempt.phase()) {
      case PLANNED -> start(run.with(attempt), attempt);
      case STARTING, RUNNING -> watch(run, attempt, observed);
      case ENDING, ENDED -> next(run, attempt);
    };
  }

  private Run start(Run run, Attempt attempt) {
    if (in.now().isBefore(attempt.notBefore())) {
      notes.wake(attempt.notBefore());
      return run;
    }
    Optional<Capacity> room = free.place(1, preparation.spec().resources());
    if (room.isEmpty()) {
      notes.stands(
          "NoRoom", "shards wait for room: " + free.figures(1, preparation.spec().resources()));
      return run;
    }
    free = room.get();
    return run.with(attempt.resuming(0, Optional.empty()).starting(in.now()));
  }

  private Run watch(Run run, Attempt attempt, Observation observed) {
    Optional<Replica> replica =
        observed instanceof Observation.Seen seen
            ? seen.replica(member(attempt))
            : Optional.empty();
    if (replica.isEmpty()) {
      return attempt.phase() == Attempt.Phase.STARTING
          ? run
          : end(run, attempt, Outcome.LOST, "the engine has nothing of it any more");
    }
    Optional<Exit> exit = replica.get().exit();
    if (exit.isEmpty()) {
      return run.with(attempt.with(Attempt.Phase.RUNNING));
    }
    return end(
        run, attempt, Outcome.of(exit.get()), Exits.words("shard", replica.get(), exit.get()));
  }

  private Run end(Run run, Attempt attempt, Outcome outcome, String why) {
    if (outcome != Outcome.FINISHED) {
      notes.warn(
          "ShardEnded", "attempt %d of %s ended: %s".formatted(attempt.number(), name(run), why));
    }
    Attempt ended = attempt.ended(in.now(), outcome, why).with(Attempt.Phase.ENDED);
    return next(run.with(ended), ended);
  }

  private Run next(Run run, Attempt attempt) {
    Outcome outcome = attempt.outcome().orElse(Outcome.LOST);
    if (outcome == Outcome.FINISHED) {
      return run;
    }
    if (!outcome.retried()) {
      return failed(run, attempt.reason() + "; such an exit is not tried again");
    }
    Run counted = outcome == Outcome.INTERRUPTED ? run : run.failedOnce(attempt.index());
    int failures = counted.failures().getOrDefault(attempt.index(), 0);
    int budget = preparation.spec().recovery().attempts();
    if (failures >= budget) {
      return failed(
          counted,
          "shard %d failed %d times of %d allowed; the last: %s"
              .formatted(attempt.index(), failures, budget, attempt.reason()));
    }
    Instant notBefore = in.now().plus(Backoff.STANDARD.after(failures));
    Attempt planned = Attempt.planned(attempt.number() + 1, attempt.index(), notBefore);
    return start(counted.with(planned), planned);
  }

  /** The run is over; the sweep kills the shards that still run. */
  private Run failed(Run run, String why) {
    notes.warn("RunFailed", name(run) + " failed: " + why);
    Run failed = run;
    for (Attempt attempt : run.attempts()) {
      if (!attempt.over() && attempt.phase() != Attempt.Phase.PLANNED) {
        failed =
            failed.with(
                attempt.ended(in.now(), Outcome.INTERRUPTED, "another shard failed for good"));
      }
    }
    return failed.over(Run.Phase.FAILED, why, in.now());
  }

  private static IntPredicate finished(Run run) {
    return index ->
        run.last(index).flatMap(Attempt::outcome).filter(o -> o == Outcome.FINISHED).isPresent();
  }

  /**
   * Applies whenever a member that shall be there is not. One whose end is known stays named while
   * the engine has it, so that nothing is stopped twice, and is never named again after that: it
   * would be started again.
   */
  private void apply(Run run, Observation observed) {
    List<Member> members = new ArrayList<>();
    boolean missing = false;
    for (Attempt attempt : newestStarted(run)) {
      Member member = member(attempt);
      boolean seen = observed instanceof Observation.Seen s && s.replica(member).isPresent();
      if (seen || !attempt.over()) {
        members.add(member);
      }
      missing |= !seen && !attempt.over();
    }
    if (missing) {
      notes.act(new Action.Apply(RunGroups.shards(key, run, preparation, members)));
    }
  }

  /** Of each shard, the newest attempt that was started. */
  private static Collection<Attempt> newestStarted(Run run) {
    Map<Integer, Attempt> newest = new TreeMap<>();
    for (Attempt attempt : run.attempts()) {
      if (attempt.phase() != Attempt.Phase.PLANNED) {
        newest.put(attempt.index(), attempt);
      }
    }
    return newest.values();
  }

  /** The steps of all shards added up; metrics are those of the first shard that has any. */
  private Run progress(Run run, Observation observed) {
    if (!(observed instanceof Observation.Seen seen)) {
      return run;
    }
    List<Progress> all =
        newestStarted(run).stream()
            .flatMap(a -> seen.replica(member(a)).stream())
            .flatMap(r -> r.progress().stream())
            .toList();
    if (all.isEmpty()) {
      return run;
    }
    boolean totals =
        all.size() == preparation.spec().shards()
            && all.stream().allMatch(p -> p.total().isPresent());
    Progress newest =
        new Progress(
            all.stream().mapToLong(Progress::step).sum(),
            totals
                ? Optional.of(all.stream().mapToLong(p -> p.total().orElse(0L)).sum())
                : Optional.empty(),
            all.getFirst().metrics(),
            all.stream().map(Progress::at).max(Instant::compareTo).orElseThrow());
    boolean due = seen.replicas().stream().anyMatch(r -> r.exit().isPresent());
    return Pace.noted(run, newest, due, in.now(), notes);
  }

  private static Member member(Attempt attempt) {
    return new Member(attempt.index(), attempt.number() - 1);
  }

  private String name(Run run) {
    return RunGroups.runName(key, run.number());
  }

  static Run seal(RunInput in, Key key, Run run, Preparation preparation, Notes notes) {
    Question.Seal question =
        new Question.Seal(RunGroups.runDir(key, preparation.spec().output(), run.number()));
    Fact fact = in.answers().get(question);
    String name = RunGroups.runName(key, run.number());
    return switch (fact) {
      case null -> {
        notes.act(new Action.Ask(question));
        yield run;
      }
      case Fact.Sealed sealed -> {
        notes.happened(
            "OutputSealed",
            "the output of %s is sealed: %d files, %d bytes, %s"
                .formatted(name, sealed.files(), sealed.bytes(), sealed.digest()));
        yield run.sealedAs(sealed).over(Run.Phase.SUCCEEDED, "all shards finished", in.now());
      }
      case Fact.Pending _ -> run;
      case Fact.Unknown unknown -> {
        notes.stands("EngineUnknown", unknown.reason());
        yield run;
      }
      case Fact.Refused refused -> {
        notes.warn("RunFailed", name + " failed: its output cannot be sealed: " + refused.reason());
        yield run.over(Run.Phase.FAILED, refused.reason(), in.now());
      }
      case Fact.Resume _, Fact.Published _, Fact.Checkpoint _, Fact.Files _, Fact.Attached _ ->
          throw new IllegalStateException("a seal question was answered by " + fact);
    };
  }
}
