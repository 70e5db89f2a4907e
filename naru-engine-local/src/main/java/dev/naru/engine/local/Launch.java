package dev.naru.engine.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What it takes to start a replica. */
sealed interface Launch {
  /**
   * It can be started.
   *
   * @param command program and arguments
   * @param directory its working directory
   * @param env environment that the runtime needs
   */
  record Ready(List<String> command, Path directory, Map<String, String> env) implements Launch {}

  /**
   * Something is still being made for it.
   *
   * @param message in words
   */
  record Wait(String message) implements Launch {}

  /**
   * It cannot be started.
   *
   * @param code the exit code that says so: sysexits.h, or 1 where trying again may help
   * @param message in words
   */
  record Impossible(int code, String message) implements Launch {}
}
