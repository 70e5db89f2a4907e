package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.state.Key;
import dev.naru.core.state.ModelVersion;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.Store;
import dev.naru.image.trust.ModelSigner;
import dev.naru.spec.Kind;
import dev.naru.spec.TreeDigest;
import dev.naru.spec.signed.ModelStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signs models before they are served. What is trusted is the digest that was recorded when the
 * version was made: a folder that has another one by now is not signed. A version is signed again
 * where another key signs now, so that a revoked key leaves nothing unserved.
 */
public final class SignedModels {
  private final Engine engine;
  private final Store store;
  private final ModelSigner signer;

  /** Signatures that are on their way: whoever asks again asks for the same one. */
  private final Map<String, String> made = new ConcurrentHashMap<>();

  private final Set<String> done = ConcurrentHashMap.newKeySet();

  /** Has signed nothing yet. */
  public SignedModels(Engine engine, Store store, ModelSigner signer) {
    this.engine = engine;
    this.store = store;
    this.signer = signer;
  }

  /** Signs what has just come into the store; where that fails, it is done before it is served. */
  public void published(Question.Publish question, Fact.Published fact) {
    if (question.target() instanceof Location.InModels target
        && question.model() instanceof Location.InModels attempt) {
      // <training>/<version> and <training>/runs/<run>/<attempt>
      int version = Integer.parseInt(target.path().split("/", 2)[1]);
      sign(target, fact.digest(), version, Integer.parseInt(attempt.path().split("/", -1)[2]));
    }
  }

  /** Why a group cannot be made yet, in words; empty where it can. */
  public Optional<String> prepare(Group group) {
    if (group.template().program() instanceof Program.ModelServer server
        && server.model() instanceof Location.InModels model) {
      return sign(model, server.digest(), server.version(), 0);
    }
    return Optional.empty();
  }

  /**
   * Signs a version, if that is not done; keys that cannot be read are no reason to stop the loop.
   *
   * @param knownRun that made it; 0 where that is to be looked up
   */
  private Optional<String> sign(Location.InModels model, String digest, int version, int knownRun) {
    try {
      return trySign(model, digest, version, knownRun);
    } catch (NaruException e) {
      return Optional.of("its model cannot be signed: " + e.getMessage());
    }
  }

  private Optional<String> trySign(
      Location.InModels model, String digest, int version, int knownRun) {
    String training = model.path().split("/", 2)[0];
    String once = model + " " + digest + " " + signer.key();
    Optional<Stored> object = store.get(new Key(model.project(), Kind.TRAINING, training));
    if (done.contains(once) || object.isEmpty()) {
      return Optional.empty(); // where nobody knows what was made, nothing is signed
    }
    String signature = made.get(once);
    if (signature == null) {
      Fact listed = engine.ask(new Question.Files(model));
      if (!(listed instanceof Fact.Files files)) {
        return Optional.of(words(listed));
      }
      if (!TreeDigest.of(files.entries()).equals(digest)) {
        return Optional.empty(); // it was changed: the model server refuses it and says why
      }
      int run = knownRun > 0 ? knownRun : run(object.get(), version);
      signature =
          signer.sign(
              new ModelStatement(
                  model.project(),
                  training,
                  version,
                  run,
                  digest,
                  files.entries(),
                  inputs(object.get().key(), run)));
      made.put(once, signature);
    }
    Fact attached = engine.ask(new Question.Attach(model, signature));
    if (!(attached instanceof Fact.Attached)) {
      return Optional.of(words(attached));
    }
    made.remove(once);
    done.add(once);
    return Optional.empty();
  }

  private static String words(Fact fact) {
    return switch (fact) {
      case Fact.Refused refused -> "its model cannot be signed: " + refused.reason();
      case Fact.Unknown unknown -> "its model cannot be signed yet: " + unknown.reason();
      default -> "its model is being signed";
    };
  }

  private static int run(Stored training, int version) {
    return ((State.OfRuns) training.state())
        .models().stream()
            .filter(m -> m.version() == version)
            .map(ModelVersion::run)
            .findFirst()
            .orElse(0);
  }

  /** What its run read, as far as the history goes. */
  private List<ModelStatement.Input> inputs(Key training, int number) {
    List<ModelStatement.Input> inputs = new ArrayList<>();
    run(training, number)
        .ifPresent(run ->
            run.sources()
                .forEach((name, source) ->
                    run(new Key(training.project(), Kind.PREPARATION, name), source.run())
                        .flatMap(Run::sealed)
                        .map(s -> new ModelStatement.Input(name, source.run(), s.digest()))
                        .ifPresent(inputs::add)));
    return inputs;
  }

  private Optional<Run> run(Key key, int number) {
    return store
        .get(key)
        .flatMap(s ->
            ((State.OfRuns) s.state())
                .runs().stream().filter(r -> r.number() == number).findFirst());
  }
}
