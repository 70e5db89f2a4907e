package dev.naru.core;

import org.jspecify.annotations.Nullable;

/**
 * Something that Naru cannot do, in words: what, to which, expected and found, next step. The code
 * says whose turn it is.
 */
public final class NaruException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Whose turn it is; HTTP status and exit code follow from it. */
  public enum Code {
    /** The request or file is wrong: 422, exit 2. */
    INVALID(422, 2),
    /** What was named does not exist: 404, exit 2. */
    NOT_FOUND(404, 2),
    /** It is, but its state does not allow that: 409, exit 1. */
    CONFLICT(409, 1),
    /** A policy refuses: 403, exit 3. */
    REFUSED(403, 3),
    /** An image may not start by the policy of who runs Naru: 403, exit 3. */
    UNTRUSTED(403, 3),
    /** The work itself failed: 409, exit 1. */
    FAILED(409, 1),
    /** The engine cannot be reached: 503, exit 4. */
    ENGINE_UNREACHABLE(503, 4),
    /** A registry cannot be reached: 503, exit 4. */
    REGISTRY_UNREACHABLE(503, 4),
    /** A defect of Naru: 500, exit 1. */
    INTERNAL(500, 1);

    private final int httpStatus;
    private final int exitCode;

    Code(int httpStatus, int exitCode) {
      this.httpStatus = httpStatus;
      this.exitCode = exitCode;
    }

    /** The HTTP status that the API answers with. */
    public int httpStatus() {
      return httpStatus;
    }

    /** The exit code of the command. */
    public int exitCode() {
      return exitCode;
    }
  }

  private final Code code;

  /** With what happened in words. */
  public NaruException(Code code, String message) {
    this(code, message, null);
  }

  /** With what happened in words, and its cause. */
  public NaruException(Code code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Whose turn it is. */
  public Code code() {
    return code;
  }
}
