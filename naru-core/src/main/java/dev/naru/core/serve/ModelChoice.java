package dev.naru.core.serve;

import dev.naru.core.state.ModelVersion;

/** Which model an Inference shall serve. */
public sealed interface ModelChoice {
  /**
   * That version.
   *
   * @param training name of the Training
   * @param model the version
   */
  record Serve(String training, ModelVersion model) implements ModelChoice {}

  /**
   * None yet.
   *
   * @param why in words
   */
  record None(String why) implements ModelChoice {}

  /** The Inference runs an image; it has no model of Naru's. */
  record OwnImage() implements ModelChoice {}
}
