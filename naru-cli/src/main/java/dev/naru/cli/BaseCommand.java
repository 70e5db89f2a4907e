package dev.naru.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** What all commands share: the options above them and what surrounds them. */
abstract class BaseCommand implements Callable<Integer> {
  @ParentCommand private @Nullable NaruCommand above;

  @Override
  public final Integer call() throws Exception {
    root().checkEngine();
    root().output();
    root().project();
    return run();
  }

  /** Does it; returns the exit code. */
  abstract int run() throws Exception;

  final NaruCommand root() {
    if (above == null) {
      throw new IllegalStateException("a command without the one above it");
    }
    return above;
  }

  final Cli cli() {
    return root().cli();
  }

  /** Whether people read the output. */
  final boolean table() {
    return root().output() == Output.TABLE;
  }
}
