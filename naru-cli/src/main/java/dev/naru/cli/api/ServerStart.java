package dev.naru.cli.api;

import java.io.IOException;
import java.util.OptionalInt;

/** Starts the control plane's process in the background. */
@FunctionalInterface
public interface ServerStart {
  /**
   * Returns as soon as the process is on its way.
   *
   * @param engine what projects run on
   * @return its parent, which ends when the server was told to end or cannot start
   * @throws IOException where not even the parent can be started
   */
  Parent start(String engine) throws IOException;

  /** The process that starts the control plane again where it dies. */
  @FunctionalInterface
  interface Parent {
    /** What it ended with, as the control plane did; empty while it runs. */
    OptionalInt ended();
  }
}
