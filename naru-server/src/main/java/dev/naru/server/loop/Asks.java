package dev.naru.server.loop;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.run.RunGroups;
import dev.naru.core.state.Key;
import dev.naru.core.state.Run;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.spec.Inference;
import java.util.Optional;
import java.util.OptionalInt;

/** What people ask of a resource beside its file. Pure. */
final class Asks {
  private Asks() {}

  /**
   * Another run.
   *
   * @throws NaruException INVALID for what has no runs; CONFLICT where it is down or running
   */
  static Stored ask(Key key, Stored now, Run.Cause cause) {
    if (!(now.state() instanceof State.OfRuns runs)) {
      throw new NaruException(
          Code.INVALID,
          "cannot run " + key.ref() + " again: only a preparation or training has runs");
    }
    if (now.desired() != Stored.Desired.UP) {
      throw new NaruException(
          Code.CONFLICT, "cannot run " + key.ref() + ": its project is down; naru up starts it");
    }
    if (runs.ask().isPresent() || runs.last().filter(r -> !r.over()).isPresent()) {
      throw new NaruException(
          Code.CONFLICT,
          "cannot run %s again: %s is running; wait for it: naru get %s"
              .formatted(
                  key.ref(), RunGroups.runName(key, Math.max(1, runs.lastRun())), key.ref()));
    }
    return now.with(
        new State.OfRuns(runs.runs(), runs.lastRun(), runs.models(), Optional.of(cause)));
  }

  /**
   * Other bounds of an Inference's replicas.
   *
   * @throws NaruException INVALID for what has no replicas, and for bounds that are none
   */
  static Stored scaled(Key key, Stored now, int min, OptionalInt max) {
    if (!(now.resource() instanceof Inference inference)) {
      throw new NaruException(
          Code.INVALID, "cannot scale " + key.ref() + ": only an inference has replicas to scale");
    }
    Inference.Spec s = inference.spec();
    int most = max.orElse(s.replicas().most());
    if (min < 0 || most < 1 || most > 1000 || min > most) {
      throw new NaruException(
          Code.INVALID,
          "cannot scale %s: expected 0 <= min <= max <= 1000, found min %d and max %d; raise spec.replicas.max"
              .formatted(key.ref(), min, most));
    }
    Inference.Spec spec =
        new Inference.Spec(
            s.model(),
            s.image(),
            s.command(),
            s.port(),
            s.ready(),
            new Inference.Replicas(min, Optional.of(most)),
            s.scaling(),
            s.env(),
            s.secrets(),
            s.resources(),
            s.limits(),
            s.isolation(),
            s.egress(),
            s.ingress(),
            s.grace());
    return now.with(new Inference(inference.metadata(), spec));
  }
}
