package dev.naru.core.engine;

/**
 * What must be known of files; answered where the volume is mounted. Asking again gives the same
 * answer.
 */
public sealed interface Question {
  /**
   * From which checkpoint does an attempt begin? Chosen once, from the attempt before and that
   * one's own resume point, and recorded by exclusive create in {@code
   * <run>/attempts/<attempt>/resume}; nothing older is ever looked at. Answer: {@link Fact.Resume}.
   *
   * @param run the run's directory: {@code <checkpoints path>/<run>}
   * @param attempt from 1
   */
  record Resume(Location.InVolume run, int attempt) implements Question {}

  /**
   * Has an attempt written a complete checkpoint? Answer: {@link Fact.Checkpoint}, which changes
   * while the attempt runs.
   *
   * @param run the run's directory: {@code <checkpoints path>/<run>}
   * @param attempt from 1
   */
  record Checkpoint(Location.InVolume run, int attempt) implements Question {}

  /**
   * What does this directory contain? Answer: {@link Fact.Sealed}.
   *
   * @param directory of an output whose writers have all ended
   */
  record Seal(Location directory) implements Question {}

  /**
   * Take a finished attempt's model into the store of models under a version, whole or not at all.
   * Answer: {@link Fact.Published}; refused where the directory holds not exactly one model.
   *
   * @param model the attempt's {@code NARU_MODEL_DIR}
   * @param target where the version is kept: {@code <training>/<version>} of the store of models
   */
  record Publish(Location model, Location target) implements Question {}

  /**
   * Which files does a directory hold? Answer: {@link Fact.Files}.
   *
   * @param directory that nobody writes any more
   */
  record Files(Location directory) implements Question {}

  /**
   * Keep a signature beside a model: {@code <version>.sig}. One of the same key that is there is
   * replaced; one of another key stays under a name of its own, for replicas that were started with
   * that key. Answer: {@link Fact.Attached}.
   *
   * @param model the version in the store of models
   * @param signature a line of JSON
   */
  record Attach(Location model, String signature) implements Question {}
}
