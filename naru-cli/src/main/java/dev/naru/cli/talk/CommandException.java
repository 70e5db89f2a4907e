package dev.naru.cli.talk;

import org.jspecify.annotations.Nullable;

/**
 * A command cannot do what it was asked. The message begins with {@code cannot} and says what, to
 * which, and the next step; the exit code says whose turn it is.
 */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The work failed. */
  public static final int FAILED = 1;

  /** The command line or a file is wrong. */
  public static final int USAGE = 2;

  /** A policy refuses. */
  public static final int REFUSED = 3;

  /** Control plane, engine or registry cannot be reached. */
  public static final int UNREACHABLE = 4;

  private final int exitCode;

  /** With one of the exit codes of this class and what happened in words. */
  public CommandException(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** With the cause, which only NARU_DEBUG=1 shows. */
  public CommandException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The command line or a file is wrong. */
  public static CommandException usage(String message) {
    return new CommandException(USAGE, message);
  }

  /** The work failed. */
  public static CommandException failed(String message) {
    return new CommandException(FAILED, message);
  }

  /** Control plane, engine or registry cannot be reached. */
  public static CommandException unreachable(String message) {
    return new CommandException(UNREACHABLE, message);
  }

  /** What the process ends with. */
  public int exitCode() {
    return exitCode;
  }

  /** What happened, in words. */
  public String words() {
    return String.valueOf(getMessage());
  }
}
