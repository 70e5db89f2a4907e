package dev.naru.server.api;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.plan.Plan;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.state.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A control loop that does nothing but remember what it was asked. */
public final class FakeControl implements Control {
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  final List<Live> lives = new CopyOnWriteArrayList<>();
  final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
  volatile boolean observed = true;
  volatile String trouble = "";
  volatile boolean needsConfirmation;
  volatile Optional<GatewayStats> stats = Optional.empty();
  volatile Optional<Engine> engine = Optional.empty();

  @Override
  public boolean observed() {
    return observed;
  }

  @Override
  public String trouble() {
    return trouble;
  }

  @Override
  public String engineAddress() {
    return "";
  }

  @Override
  public PlanAnswer plan(Submission submission) {
    asked.add("plan " + submission.project() + " " + submission.resources().resources().size());
    return new PlanAnswer(
        submission.project(),
        "process",
        new Plan(
            List.of(new Plan.Change(Plan.Action.RUN, "training/fraud", "it never ran", false)),
            List.of(),
            List.of()),
        needsConfirmation,
        List.of(),
        List.of(),
        new PlanAnswer.Capacity(2000, 8L << 30, 1000, 2L << 30));
  }

  @Override
  public UpAnswer up(Submission submission, boolean confirmed, String who) {
    PlanAnswer plan = plan(submission);
    asked.add("up " + submission.file() + " " + confirmed + " by " + who);
    return needsConfirmation && !confirmed
        ? new UpAnswer.NeedsConfirmation(plan)
        : new UpAnswer.Accepted(plan, new TreeMap<>(Map.of("training/fraud", 3L)));
  }

  @Override
  public void down(String project, boolean purge, String who) {
    asked.add("down " + project + " " + purge);
  }

  @Override
  public void downAll(boolean purge, String who) {
    asked.add("down all " + purge);
  }

  @Override
  public List<ProjectInfo> projects() {
    return List.of(
        new ProjectInfo(
            "finance", "/tmp/finance", "process", ProjectInfo.ProjectState.GOING_DOWN, 6));
  }

  @Override
  public List<Live> live() {
    return List.copyOf(lives);
  }

  @Override
  public String rerun(Key key, String who) {
    asked.add("rerun " + key);
    return key.name() + "-4";
  }

  @Override
  public void scale(Key key, int min, OptionalInt max, String who) {
    asked.add("scale " + key + " " + min + " " + max);
    if (min > 4) {
      throw new NaruException(
          NaruException.Code.INVALID, "cannot scale to " + min + ": at most 4 are allowed");
    }
  }

  @Override
  public List<DrillRun> drill(
      Key key, DrillRequest request, Consumer<String> note, Consumer<DrillRun> healed, String who) {
    asked.add("drill " + key + " " + request);
    List<DrillRun> runs = new ArrayList<>();
    for (int i = 1; i <= request.times(); i++) {
      note.accept("fault " + i);
      DrillRun run =
          new DrillRun(
              key.ref(),
              "kill rank=" + request.index(),
              Instant.EPOCH,
              Optional.of(Duration.ofMillis(100)),
              Optional.of(Duration.ofMillis(500L * i)),
              Optional.of(Duration.ofSeconds(30)),
              Optional.of(true),
              Optional.of(50L),
              Optional.of(40L),
              Optional.empty());
      healed.accept(run);
      runs.add(run);
    }
    return runs;
  }

  @Override
  public Top top() {
    Top.Amount size = new Top.Amount(2000, 1000);
    Top.OfNode node =
        new Top.OfNode(
            "local",
            size,
            new TreeMap<>(
                Map.of(
                    "free",
                    new Top.Share(Optional.of(size), size),
                    "other",
                    new Top.Share(Optional.empty(), Top.Amount.NONE))));
    return new Top(Instant.EPOCH, List.of(node), node, List.of());
  }

  @Override
  public Optional<GatewayStats> gatewayStats() {
    return stats;
  }

  @Override
  public LoopFigures figures() {
    return new LoopFigures(7, 1, Duration.ofMillis(1500), Duration.ofMillis(20), Instant.EPOCH);
  }

  @Override
  public Engine engine(String project) {
    return engine.orElseThrow();
  }

  @Override
  public Subscription subscribe(Consumer<Change> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    asked.add("close");
  }
}
