package dev.naru.core.run;

/** Where an input of a run stands. */
public sealed interface InputState {
  /**
   * Its output is sealed and is what the file asks for.
   *
   * @param run number of the run that made it
   * @param volume where it is
   * @param path of the Preparation's output in that volume, without the run
   */
  record Ready(int run, String volume, String path) implements InputState {}

  /**
   * It will be, later.
   *
   * @param why in words
   */
  record Waiting(String why) implements InputState {}

  /**
   * It failed and will not be tried again by itself.
   *
   * @param why in words
   */
  record Failed(String why) implements InputState {}
}
