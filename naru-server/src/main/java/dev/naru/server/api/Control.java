package dev.naru.server.api;

import dev.naru.core.engine.Engine;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.state.Key;
import dev.naru.core.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What the API asks of the control loop. All methods may be called from any thread, and throw
 * {@link dev.naru.core.NaruException} with the code that the client shall get. Methods that change
 * something write the audit, of refusals too; {@code who} is the user that called.
 */
public interface Control extends AutoCloseable {
  /** Whether everything was observed once; before that the API answers nothing else. */
  boolean observed();

  /** Where the resources are kept, with what happened to them, if not in the home's own store. */
  default Optional<Store> store() {
    return Optional.empty();
  }

  /** What keeps the loop from its work, in words; empty for nothing. */
  String trouble();

  /** Where the engine is, as {@code DOCKER_HOST} has it; empty for this machine's processes. */
  String engineAddress();

  /** What {@link #up} would do; starts and writes nothing. */
  PlanAnswer plan(Submission submission);

  /**
   * Makes what is submitted the wish of its project. Returns once that is durable.
   *
   * @param confirmed whether replacing and losing was agreed to
   */
  UpAnswer up(Submission submission, boolean confirmed, String who);

  /**
   * Stops a project; returns once that wish is durable.
   *
   * @param purge whether its volumes and models are removed too
   */
  void down(String project, boolean purge, String who);

  /** Stops every project, then the gateway, then the control plane; returns at once. */
  void downAll(boolean purge, String who);

  /** Every project of the home, by name. */
  List<ProjectInfo> projects();

  /** Every resource as it stands now, in order of project, kind and name. */
  List<Live> live();

  /** One resource as it stands now. */
  default Optional<Live> live(Key key) {
    return live().stream().filter(l -> l.stored().key().equals(key)).findFirst();
  }

  /**
   * Asks for another run of a Preparation or Training.
   *
   * @return its name: {@code fraud-4}
   */
  String rerun(Key key, String who);

  /**
   * Changes the bounds of an Inference's replicas.
   *
   * @param min the fewest; refused above the most
   * @param max the most; empty to leave it
   */
  void scale(Key key, int min, OptionalInt max, String who);

  /**
   * Injects faults and waits until each is healed. Blocks.
   *
   * @param note gets what happens, in words
   * @param healed gets each fault when it is healed
   * @return all of them, in order
   */
  List<DrillRun> drill(
      Key key, DrillRequest request, Consumer<String> note, Consumer<DrillRun> healed, String who);

  /** The composition of the work: what is reserved and used by whom. */
  Top top();

  /** What the gateway counted last; empty where it was not reached. */
  Optional<GatewayStats> gatewayStats();

  /** What the loop counts of itself. */
  LoopFigures figures();

  /** The engine of a project, for logs. */
  Engine engine(String project);

  /**
   * Calls {@code listener} for every change from now on, in order for each resource. The listener
   * returns at once and throws nothing. Closing ends it.
   */
  Subscription subscribe(Consumer<Change> listener);

  /** Ends the loop and lets go of the engine; what runs goes on. */
  @Override
  void close();

  /** Ends what {@link #subscribe} began. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
