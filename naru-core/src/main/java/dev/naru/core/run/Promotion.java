package dev.naru.core.run;

import dev.naru.core.decide.Action;
import dev.naru.core.decide.Notes;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Question;
import dev.naru.core.state.Attempt;
import dev.naru.core.state.Key;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.PromotionRule;
import dev.naru.spec.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What becomes of a finished run's model: a version, and a verdict by the rule. */
final class Promotion {
  private static final int VERSIONS_KEPT = 100;

  private Promotion() {}

  static State.OfRuns publish(RunInput in, State.OfRuns state, Run run, Notes notes) {
    Key key = in.object().key();
    int attempt = run.last(0).map(Attempt::number).orElse(1);
    int version = state.models().isEmpty() ? 1 : state.models().getLast().version() + 1;
    Question.Publish question =
        new Question.Publish(
            RunGroups.modelDir(key, run.number(), attempt),
            RunGroups.version(key.project(), key.name(), version));
    Fact fact = in.answers().get(question);
    String name = RunGroups.runName(key, run.number());
    return switch (fact) {
      case null -> {
        notes.act(new Action.Ask(question));
        yield state;
      }
      case Fact.Published published -> record(in, state, run, version, published, notes);
      case Fact.Pending _ -> state;
      case Fact.Unknown unknown -> {
        notes.stands("EngineUnknown", unknown.reason());
        yield state;
      }
      case Fact.Refused refused -> {
        notes.warn("RunFailed", name + " failed: its model cannot be kept: " + refused.reason());
        yield state.with(run.over(Run.Phase.FAILED, refused.reason(), in.now()));
      }
      case Fact.Resume _, Fact.Sealed _, Fact.Checkpoint _, Fact.Files _, Fact.Attached _ ->
          throw new IllegalStateException("a publish question was answered by " + fact);
    };
  }

  private static State.OfRuns record(
      RunInput in,
      State.OfRuns state,
      Run run,
      int version,
      Fact.Published published,
      Notes notes) {
    SortedMap<String, Double> metrics = published.metrics();
    if (metrics.isEmpty() && run.progress().isPresent()) {
      metrics = run.progress().get().metrics();
    }
    boolean drill = run.cause() == Run.Cause.DRILL;
    PromotionRule.Verdict verdict =
        drill
            ? new PromotionRule.Verdict(false, "made by a drill: recorded, not promoted")
            : rule((Training) in.object().resource()).judge(metrics);
    ModelVersion model =
        new ModelVersion(
            version,
            run.number(),
            published.digest(),
            metrics,
            !drill,
            verdict.promoted(),
            verdict.reason(),
            in.now());
    List<ModelVersion> models = new ArrayList<>(state.models());
    models.add(model);
    if (models.size() > VERSIONS_KEPT) {
      Optional<ModelVersion> promoted = state.withModels(models).promoted();
      models.remove(promoted.equals(Optional.of(models.getFirst())) ? 1 : 0);
    }
    tell(in.object().key(), model, notes);
    Run done = run.withModel(version).over(Run.Phase.SUCCEEDED, "all ranks finished", in.now());
    return state.with(done).withModels(models);
  }

  /**
   * The rule is not in the run key: where it changed, every model that promotion may choose is
   * judged again by its stored metrics, so that no older one is left promoted by an older rule.
   */
  static State.OfRuns judgeAgain(Stored object, State.OfRuns state, Notes notes) {
    if (!(object.resource() instanceof Training training)) {
      return state;
    }
    PromotionRule rule = rule(training);
    List<ModelVersion> models = new ArrayList<>();
    for (ModelVersion model : state.models()) {
      PromotionRule.Verdict verdict = rule.judge(model.metrics());
      boolean same =
          verdict.promoted() == model.promoted() && verdict.reason().equals(model.reason());
      ModelVersion judged =
          same || !model.promotable() ? model : model.judged(verdict.promoted(), verdict.reason());
      if (judged.promoted() != model.promoted()) {
        tell(object.key(), judged, notes);
      }
      models.add(judged);
    }
    return state.withModels(models);
  }

  private static PromotionRule rule(Training training) {
    return training
        .spec()
        .model()
        .promoteWhen()
        .map(PromotionRule::parse)
        .orElse(PromotionRule.ALWAYS);
  }

  private static void tell(Key key, ModelVersion model, Notes notes) {
    String what = "model version %d of %s".formatted(model.version(), key.name());
    if (model.promoted()) {
      notes.happened("ModelPromoted", "%s was promoted: %s".formatted(what, model.reason()));
    } else {
      notes.happened("ModelNotPromoted", "%s was not promoted: %s".formatted(what, model.reason()));
    }
  }
}
