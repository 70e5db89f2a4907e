package dev.naru.core.run;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Capacity;
import dev.naru.core.decide.Decision;
import dev.naru.core.decide.FakeEngine;
import dev.naru.core.decide.Specs;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Features;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Question;
import dev.naru.core.plan.Reservations;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Event;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Resource;
import dev.naru.spec.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * A Preparation or Training with an engine, and a control plane that may die between any two steps.
 */
final class RunWorld {
  final FakeEngine engine = new FakeEngine();
  final SortedMap<String, InputState> inputs = new TreeMap<>();
  final List<Event> events = new ArrayList<>();
  Stored object;
  String image = "sha256:1";
  Optional<String> volumeInUse = Optional.empty();
  Features features = new Features(false, true, true, true, true);
  Capacity nodes = Specs.room("100", "100Gi");
  String reason = "";
  String message = "";
  Optional<Instant> wakeAt = Optional.empty();

  RunWorld(Workload workload) {
    object = Specs.stored(workload, State.OfRuns.none());
  }

  State.OfRuns state() {
    return (State.OfRuns) object.state();
  }

  Run run() {
    return state().last().orElseThrow();
  }

  Attempt attempt() {
    return run().last(0).orElseThrow();
  }

  GroupId gang(int run, int attempt) {
    return RunGroups.gangId(object.key(), run, attempt);
  }

  GroupId shards(int run) {
    return RunGroups.shardsId(object.key(), run);
  }

  void wants(Resource resource) {
    object = object.with(resource);
  }

  void wants(Stored.Desired desired) {
    object = object.with(desired);
  }

  void asks(Run.Cause cause) {
    State.OfRuns s = state();
    object = object.with(new State.OfRuns(s.runs(), s.lastRun(), s.models(), Optional.of(cause)));
  }

  Decision<State.OfRuns> decide(Map<Question, Fact> answers) {
    Workload workload = (Workload) object.resource();
    return RunSupervisor.decide(
        new RunInput(
            object,
            RunKeys.of(workload, image, name -> "key of " + name),
            image,
            Specs.JAVA,
            inputs,
            engine.observed(),
            answers,
            Reservations.free(
                nodes.nodes(), Reservations.of(List.of(object), engine.observed(), nodes.nodes())),
            features,
            volumeInUse,
            engine.now));
  }

  /** Decides until nothing more is to be done now. */
  void settle() {
    turn(_ -> true);
  }

  /**
   * The same, dying before the step (a write, an action) that {@code survives} refuses, by its
   * number from 0; what was answered is forgotten then.
   */
  boolean turn(IntPredicate survives) {
    Map<Question, Fact> answers = new HashMap<>();
    int step = 0;
    for (int i = 0; i < 50; i++) {
      Decision<State.OfRuns> decision = decide(answers);
      if (!survives.test(step++)) {
        return false;
      }
      boolean same = decision.state().equals(object.state());
      object = object.with(decision.state());
      events.addAll(decision.events());
      reason = decision.reason();
      message = decision.message();
      wakeAt = decision.wakeAt();
      boolean asked = false;
      for (Action action : decision.actions()) {
        if (!survives.test(step++)) {
          return false;
        }
        switch (action) {
          case Action.Apply apply -> engine.apply(apply.group());
          case Action.Remove remove -> engine.remove(remove.group(), remove.grace());
          case Action.Ask ask -> {
            Fact fact = engine.ask(ask.question());
            answers.put(ask.question(), fact);
            asked |= !(fact instanceof Fact.Unknown);
          }
        }
      }
      if (same && !asked) {
        return true;
      }
    }
    throw new AssertionError("decisions do not come to rest: " + object.state());
  }

  /** Decides every 100 ms for that long. */
  void pass(Duration time) {
    for (long at = 0; at < time.toMillis(); at += 100) {
      settle();
      engine.later(Duration.ofMillis(100));
    }
    settle();
  }

  /** Decides until a gang or a shard group runs whole. */
  void begin() {
    pass(Duration.ofMillis(300));
  }

  List<String> words() {
    List<String> words = events.stream().map(Event::reason).toList();
    events.clear();
    return words;
  }
}
