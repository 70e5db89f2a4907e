package dev.naru.server.api;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.run.RunGroups;
import dev.naru.core.serve.ServiceGroups;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.Revision;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.spec.Preparation;
import dev.naru.spec.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Which replicas' logs are meant. Pure. */
final class LogTargets {
  /**
   * One log.
   *
   * @param group whose
   * @param member which replica
   * @param label {@code rank 1}, {@code shard 2}, {@code replica 0}
   */
  record Target(GroupId group, Member member, String label) {}

  /**
   * What was asked for.
   *
   * @param index rank, shard or replica; empty for all
   * @param run number of the run, of an Inference of the revision; empty for the newest
   * @param attempt number of the attempt; empty for the newest
   */
  record Wanted(OptionalInt index, OptionalInt run, OptionalInt attempt) {}

  private LogTargets() {}

  /**
   * In order of index.
   *
   * @throws NaruException NOT_FOUND where there is no such run, attempt or replica
   */
  static List<Target> of(Live live, Wanted wanted) {
    Key key = live.stored().key();
    List<Target> targets =
        switch (live.stored().state()) {
          case State.OfRuns runs -> ofRun(key, run(key, runs, wanted), wanted);
          case State.OfService service -> ofRevision(key, service, wanted);
          case State.OfThing _ ->
              throw new NaruException(Code.INVALID, "nothing runs of " + key.ref() + ": no logs");
        };
    List<Target> chosen =
        targets.stream()
            .filter(t -> wanted.index().orElse(t.member().index()) == t.member().index())
            .toList();
    if (chosen.isEmpty()) {
      throw new NaruException(
          Code.NOT_FOUND,
          "%s has no such replica; there are %d".formatted(key.ref(), targets.size()));
    }
    return chosen;
  }

  private static Run run(Key key, State.OfRuns runs, Wanted wanted) {
    int number = wanted.run().orElse(runs.lastRun());
    return runs.runs().stream()
        .filter(r -> r.number() == number)
        .findFirst()
        .orElseThrow(() ->
            new NaruException(
                Code.NOT_FOUND,
                runs.lastRun() == 0
                    ? key.ref() + " never ran: no logs"
                    : "there is no run " + RunGroups.runName(key, number) + " any more"));
  }

  private static List<Target> ofRun(Key key, Run run, Wanted wanted) {
    return switch (run.workload()) {
      case Training training -> {
        int newest = run.last(0).map(Attempt::number).orElse(0);
        int attempt = wanted.attempt().orElse(newest);
        if (attempt < 1 || attempt > newest) {
          throw new NaruException(
              Code.NOT_FOUND,
              "%s has no attempt %d; the newest is %d"
                  .formatted(RunGroups.runName(key, run.number()), attempt, newest));
        }
        GroupId group = RunGroups.gangId(key, run.number(), attempt);
        yield IntStream.range(0, training.spec().workers())
            .mapToObj(i -> new Target(group, new Member(i, 0), "rank " + i))
            .toList();
      }
      case Preparation preparation -> {
        GroupId group = RunGroups.shardsId(key, run.number());
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < preparation.spec().shards(); i++) {
          int newest = run.last(i).map(Attempt::number).orElse(0);
          int attempt = wanted.attempt().orElse(newest);
          if (attempt >= 1 && attempt <= newest) {
            targets.add(new Target(group, new Member(i, attempt - 1), "shard " + i));
          }
        }
        yield targets;
      }
      case dev.naru.spec.Inference _ -> List.of();
    };
  }

  private static List<Target> ofRevision(Key key, State.OfService service, Wanted wanted) {
    int number = wanted.run().orElse(service.lastRevision());
    Revision revision =
        service.revisions().stream()
            .filter(r -> r.number() == number)
            .findFirst()
            .orElseThrow(
                () -> new NaruException(Code.NOT_FOUND, key.ref() + " has no revision " + number));
    GroupId group = ServiceGroups.id(key, number);
    return revision.members().stream()
        .map(m -> {
          int start = wanted.attempt().isPresent() ? wanted.attempt().getAsInt() - 1 : m.start();
          return new Target(group, new Member(m.index(), start), "replica " + m.index());
        })
        .toList();
  }
}
