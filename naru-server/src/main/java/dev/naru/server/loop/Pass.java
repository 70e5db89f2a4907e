package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.decide.Action;
import dev.naru.core.decide.Capacity;
import dev.naru.core.decide.Decision;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.plan.Reservations;
import dev.naru.core.plan.VolumeHolds;
import dev.naru.core.plan.Wishes;
import dev.naru.core.run.RunInput;
import dev.naru.core.run.RunSupervisor;
import dev.naru.core.serve.ModelChoice;
import dev.naru.core.serve.ServiceInput;
import dev.naru.core.serve.ServiceSupervisor;
import dev.naru.core.state.Event;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.ConflictException;
import dev.naru.core.store.Store;
import dev.naru.spec.Image;
import dev.naru.spec.Inference;
import dev.naru.spec.Workload;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One turn of the loop for one workload: decide, write the state and its events, then act. Answers
 * to questions are decided with at once, so that a killed rank is resumed within one pass.
 */
final class Pass {
  private static final int TURNS = 8;

  private final Engine engine;
  private final Store store;
  private final Observer observer;
  private final GatewayLink gateway;
  private final Surroundings surroundings;
  private final Clock clock;
  private final Consumer<Event> tell;

  /** What could not be answered at the last turn of a workload, in words. */
  private final Map<Key, String> unanswered = new HashMap<>();

  Pass(
      Engine engine,
      Store store,
      Observer observer,
      GatewayLink gateway,
      Surroundings surroundings,
      Clock clock,
      Consumer<Event> tell) {
    this.engine = engine;
    this.store = store;
    this.observer = observer;
    this.gateway = gateway;
    this.surroundings = surroundings;
    this.clock = clock;
    this.tell = tell;
  }

  /**
   * What a turn came to.
   *
   * @param generation of the wish that was decided about
   * @param reason where the workload stands, as a stable word
   * @param message the same in words
   * @param wakeAt when to decide again
   * @param acted whether anything was done that is worth another look
   */
  record Result(
      long generation, String reason, String message, Optional<Instant> wakeAt, boolean acted) {}

  /** Decides about one workload until nothing more is to be done now. */
  Result turn(Key key, List<Node> nodes) {
    Map<Question, Fact> answers = new HashMap<>();
    Result result = new Result(0, "", "", Optional.empty(), false);
    boolean acted = false;
    for (int i = 0; i < TURNS; i++) {
      Optional<Stored> object = store.get(key);
      if (object.isEmpty()) {
        return result;
      }
      Optional<Decision<? extends State>> decision = decide(object.get(), answers, nodes);
      if (decision.isEmpty()) {
        return new Result(
            object.get().generation(),
            "WaitingForReferences",
            "something that it refers to does not exist yet",
            Optional.empty(),
            acted);
      }
      unanswered.remove(key);
      boolean asked = act(object.get(), decision.get(), answers);
      acted |= !decision.get().actions().isEmpty();
      result =
          new Result(
              object.get().generation(),
              unanswered.containsKey(key) ? "EngineUnknown" : decision.get().reason(),
              unanswered.getOrDefault(key, decision.get().message()),
              decision.get().wakeAt(),
              acted);
      boolean same = decision.get().state().equals(object.get().state());
      if (same && !asked) {
        return result;
      }
    }
    return new Result(
        result.generation(), result.reason(), result.message(), Optional.of(clock.instant()), true);
  }

  private Optional<Decision<? extends State>> decide(
      Stored object, Map<Question, Fact> answers, List<Node> nodes) {
    List<Stored> all = store.all();
    List<Stored> project =
        all.stream().filter(s -> s.key().project().equals(object.key().project())).toList();
    Wishes wishes = new Wishes(project);
    Workload workload = (Workload) object.resource();
    Capacity free =
        reachable(
            Reservations.free(nodes, Reservations.of(all, observer.all(), nodes)),
            object.key().project(),
            wishes.onceVolumes(workload));
    if (workload instanceof Inference inference) {
      return service(object, inference, wishes, free);
    }
    Optional<Wishes.Recipe> image = wishes.image(workload);
    Optional<String> runKey = wishes.runKey(workload);
    boolean wanted = object.desired() == Stored.Desired.UP;
    if (wanted && (image.isEmpty() || runKey.isEmpty())) {
      return Optional.empty();
    }
    Image.RunsOn none = new Image.RunsOn(Optional.empty(), Optional.empty(), Optional.empty());
    return Optional.of(
        RunSupervisor.decide(
            new RunInput(
                object,
                runKey.orElse(""),
                image.map(Wishes.Recipe::digest).orElse(""),
                image.map(Wishes.Recipe::runtime).orElse(none),
                wishes.inputStates(workload),
                observer.of(object.key()),
                answers,
                free,
                engine.features(),
                VolumeHolds.inUse(object, project, observer.all()),
                clock.instant())));
  }

  /** What is free on the nodes that can have all these volumes. */
  private Capacity reachable(Capacity free, String project, Set<String> volumes) {
    Capacity reachable = free;
    for (String volume : volumes) {
      Optional<String> node = engine.nodeOf(project, volume);
      if (node.isPresent()) {
        reachable =
            reachable.only(
                node.get(),
                "only there, since volume/%s is ReadWriteOnce and on node %s"
                    .formatted(volume, node.get()));
      }
    }
    return reachable;
  }

  private Optional<Decision<? extends State>> service(
      Stored object, Inference inference, Wishes wishes, Capacity free) {
    ModelChoice model = wishes.model(inference);
    Optional<Wishes.Recipe> image = wishes.image(inference);
    if (model instanceof ModelChoice.OwnImage
        && image.isEmpty()
        && object.desired() == Stored.Desired.UP) {
      return Optional.empty();
    }
    return Optional.of(
        ServiceSupervisor.decide(
            new ServiceInput(
                object,
                model,
                image.map(Wishes.Recipe::digest),
                image.map(Wishes.Recipe::runtime),
                observer.of(object.key()),
                gateway.samples(object.key()),
                free,
                clock.instant())));
  }

  /** Writes, then acts; whether a question was answered that the next turn decides with. */
  private boolean act(
      Stored object, Decision<? extends State> decision, Map<Question, Fact> answers) {
    if (!decision.state().equals(object.state()) || !decision.events().isEmpty()) {
      try {
        // First: who dies in between has said what was not begun, and never begun what was not
        // said.
        Starts.of(object, decision.state(), store::get, clock.instant()).forEach(store::audit);
        store.save(object.with(decision.state()), decision.events());
      } catch (ConflictException e) {
        return true; // somebody wrote it meanwhile: decide again from what it is now
      }
      decision.events().forEach(tell);
    }
    boolean asked = false;
    Optional<NaruException> refused = Optional.empty();
    for (Action action : decision.actions()) {
      switch (action) {
        case Action.Apply apply -> {
          if (hindered(object.key(), apply)) {
            continue;
          }
          Optional<NaruException> why = apply(apply);
          refused = refused.isPresent() ? refused : why;
        }
        case Action.Remove remove -> {
          engine.remove(remove.group(), remove.grace());
          observer.look(remove.group());
        }
        case Action.Ask ask -> {
          Fact fact = engine.ask(ask.question());
          answers.put(ask.question(), fact);
          if (ask.question() instanceof Question.Publish publish
              && fact instanceof Fact.Published published) {
            surroundings.published(publish, published);
          }
          if (fact instanceof Fact.Unknown unknown) {
            unanswered.put(object.key(), "the engine cannot tell: " + unknown.reason());
          }
          asked |= !(fact instanceof Fact.Pending) && !(fact instanceof Fact.Unknown);
        }
      }
    }
    refused.ifPresent(e -> {
      throw e;
    });
    return asked;
  }

  /** Whether what it needs is not there yet; why is told with the workload. */
  private boolean hindered(Key key, Action.Apply apply) {
    Optional<String> why = surroundings.prepare(apply.group());
    why.ifPresent(words -> unanswered.put(key, words));
    return why.isPresent();
  }

  /** An image that may not start keeps neither another revision from starting nor from its end. */
  private Optional<NaruException> apply(Action.Apply apply) {
    try {
      if (adds(apply.group())) {
        surroundings.admit(apply.group());
      }
      engine.apply(apply.group());
      return Optional.empty();
    } catch (NaruException e) {
      if (e.code() != NaruException.Code.UNTRUSTED) {
        throw e;
      }
      return Optional.of(e);
    } finally {
      observer.look(apply.group().id());
    }
  }

  /** Whether something is to be made for it that is not there: fewer are always allowed. */
  private boolean adds(Group group) {
    return !(observer.all().get(group.id()) instanceof Observation.Seen seen)
        || seen.replicas().size() < group.members().size();
  }

  /** Whether a workload of that observation has members about to change. */
  static boolean moving(Observation observed) {
    return observed instanceof Observation.Seen seen
        && seen.replicas().stream()
            .anyMatch(r ->
                r.phase() == dev.naru.core.engine.Replica.Phase.STARTING
                    || r.phase() == dev.naru.core.engine.Replica.Phase.STOPPING);
  }
}
