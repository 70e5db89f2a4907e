package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.route.GatewayStats;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.AuditEntry;
import dev.naru.image.trust.ModelSigner;
import dev.naru.server.api.Change;
import dev.naru.server.api.Control;
import dev.naru.server.api.ControlFactory;
import dev.naru.server.api.DrillRequest;
import dev.naru.server.api.DrillRun;
import dev.naru.server.api.Live;
import dev.naru.server.api.LoopFigures;
import dev.naru.server.api.PlanAnswer;
import dev.naru.server.api.ProjectInfo;
import dev.naru.server.api.Submission;
import dev.naru.server.api.Top;
import dev.naru.server.api.UpAnswer;
import dev.naru.spec.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the API asks, answered from the loop's picture and by wishes written to the store. */
public final class LoopControl implements Control {
  private static final Comparator<Live> ORDER =
      Comparator.comparing((Live l) -> l.stored().key().project())
          .thenComparing(l -> l.stored().key().kind())
          .thenComparing(l -> l.stored().key().name());

  private final ControlFactory.Parts parts;
  private final Engine engine;
  private final String engineAddress;
  private final Projects projects;
  private final Submissions submissions;
  private final GatewayLink gateway;
  private final GatewayKeeper keeper;
  private final Listeners listeners = new Listeners();
  private final Loop loop;
  private final TopView top;
  private final AutoCloseable watch;
  private final Thread ender;
  private volatile boolean closed;

  private LoopControl(ControlFactory.Parts parts, Engine engine, String engineAddress) {
    this.engineAddress = engineAddress;
    this.parts = parts;
    this.engine = engine;
    this.projects = new Projects(parts.store(), engine);
    this.submissions =
        new Submissions(engine, parts.store(), projects, parts.ports(), parts.clock());
    this.keeper = new GatewayKeeper(engine, parts.store(), parts.ports());
    this.gateway = new GatewayLink(parts.gateway(), parts.clock(), this::wake);
    this.loop =
        new Loop(
            engine,
            parts.store(),
            parts.clock(),
            gateway,
            new HomeSurroundings(
                projects,
                keeper,
                new SignedModels(
                    engine, parts.store(), new ModelSigner(parts.home(), parts.clock()))),
            listeners,
            OperatorLoop::died);
    this.top = new TopView(engine, parts.store());
    this.watch = engine.watch(_ -> wake());
    this.ender = Thread.ofVirtual().name("ender").unstarted(this::endWhenDown);
  }

  /**
   * Starts the loop of a home over an engine.
   *
   * @param engineAddress where the engine is; empty for this machine's processes
   */
  public static LoopControl start(ControlFactory.Parts parts, Engine engine, String engineAddress) {
    LoopControl control = new LoopControl(parts, engine, engineAddress);
    control.gateway.start();
    control.loop.start();
    if (control.projects.ending()) {
      control.ender.start();
    }
    return control;
  }

  private void wake() {
    loop.wake();
  }

  @Override
  public boolean observed() {
    return loop.observed();
  }

  @Override
  public String trouble() {
    return loop.trouble();
  }

  @Override
  public String engineAddress() {
    return engineAddress;
  }

  @Override
  public PlanAnswer plan(Submission submission) {
    return submissions.plan(submission);
  }

  @Override
  public UpAnswer up(Submission submission, boolean confirmed, String who) {
    return audited(
        who,
        "up",
        submission.project(),
        () -> {
          UpAnswer answer = submissions.up(submission, confirmed);
          loop.awaitPass();
          return answer;
        },
        answer ->
            switch (answer) {
              case UpAnswer.Accepted _ -> "";
              case UpAnswer.NeedsConfirmation _ -> "not confirmed";
              case UpAnswer.Refused _ -> "the engine refuses it";
            });
  }

  @Override
  public void down(String project, boolean purge, String who) {
    audited(
        who,
        purge ? "down --purge" : "down",
        project,
        () -> {
          if (projects.facts(project).isEmpty()) {
            throw new NaruException(
                Code.NOT_FOUND,
                "cannot stop project '" + project + "': this home has no such project");
          }
          projects.down(project, purge);
          wake();
          return project;
        });
  }

  @Override
  public void downAll(boolean purge, String who) {
    audited(
        who,
        purge ? "down --purge" : "down",
        "everything",
        () -> {
          projects.names().forEach(name -> projects.down(name, purge));
          projects.end();
          wake();
          if (ender.getState() == Thread.State.NEW) {
            ender.start();
          }
          return "";
        });
  }

  /** Stops the gateway when all projects are down, and then the control plane. */
  private void endWhenDown() {
    boolean gatewayGone = false;
    while (!closed) {
      try {
        Set<GroupId> groups = engine.groups();
        if (loop.observed() && projects.allDown(groups)) {
          gatewayGone = keeper.stop();
        }
        if (gatewayGone) {
          projects.ended();
          parts.stop().run();
          return;
        }
        loop.wake();
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public List<ProjectInfo> projects() {
    return projects.infos(engine.groups());
  }

  @Override
  public List<Live> live() {
    return loop.live().values().stream().filter(l -> !Listeners.hidden(l)).sorted(ORDER).toList();
  }

  @Override
  public String rerun(Key key, String who) {
    return audited(
        who,
        "rerun",
        key.toString(),
        () -> {
          String run = ask(key, Run.Cause.RERUN);
          wake();
          return run;
        });
  }

  private String ask(Key key, Run.Cause cause) {
    Stored saved = submissions.change(key, now -> Asks.ask(key, now, cause));
    return RunGroups.runName(key, ((State.OfRuns) saved.state()).lastRun() + 1);
  }

  @Override
  public void scale(Key key, int min, OptionalInt max, String who) {
    audited(
        who,
        "scale to " + min + (max.isPresent() ? ".." + max.getAsInt() : ""),
        key.toString(),
        () -> {
          submissions.change(key, now -> Asks.scaled(key, now, min, max));
          wake();
          return "";
        });
  }

  @Override
  public List<DrillRun> drill(
      Key key, DrillRequest request, Consumer<String> note, Consumer<DrillRun> healed, String who) {
    return audited(
        who,
        "drill",
        key.toString(),
        () -> {
          Drill drill =
              new Drill(
                  engine,
                  parts.store(),
                  parts.clock(),
                  this::wake,
                  gateway::stats,
                  k -> {
                    ask(k, Run.Cause.DRILL);
                    wake();
                  });
          return key.kind() == Kind.INFERENCE
              ? drill.inference(key, request, note, healed)
              : drill.training(key, request, note, healed);
        });
  }

  @Override
  public Top top() {
    return top.now(loop.live().values());
  }

  @Override
  public Optional<GatewayStats> gatewayStats() {
    return gateway.stats();
  }

  @Override
  public LoopFigures figures() {
    return loop.figures();
  }

  @Override
  public Engine engine(String project) {
    return engine;
  }

  @Override
  public Subscription subscribe(Consumer<Change> listener) {
    return listeners.add(listener);
  }

  private <T> T audited(String who, String action, String target, Supplier<T> call) {
    return audited(who, action, target, call, _ -> "");
  }

  /**
   * Calls, and writes down what came of it; {@code refusal} says why an answer is a refusal, empty
   * where it is none.
   */
  private <T> T audited(
      String who, String action, String target, Supplier<T> call, Function<T, String> refusal) {
    try {
      T answer = call.get();
      String why = refusal.apply(answer);
      note(who, action, target, why.isEmpty() ? "accepted" : "refused", why);
      return answer;
    } catch (NaruException e) {
      note(who, action, target, "refused", String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void note(String who, String action, String target, String outcome, String detail) {
    parts
        .store()
        .audit(new AuditEntry(parts.clock().instant(), who, action, target, outcome, detail));
  }

  @Override
  public void close() {
    closed = true;
    try {
      watch.close();
    } catch (Exception e) {
      throw new NaruException(Code.INTERNAL, "cannot let go of the engine: " + e.getMessage(), e);
    } finally {
      loop.close();
      gateway.close();
      engine.close();
    }
  }
}
