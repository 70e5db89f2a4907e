package dev.naru.examples.finance;

/** Ends the program with one line on stderr and an exit code of sysexits.h. */
final class Stop extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int USAGE = 64;
  static final int DATA = 65;

  /** What a shell reports for a program ended by SIGTERM: interrupted, not failed. */
  static final int INTERRUPTED = 143;

  private final int code;

  private Stop(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The arguments or the environment are wrong: trying again cannot help. */
  static Stop usage(String message) {
    return new Stop(USAGE, message);
  }

  /** A file does not hold what it must: trying again cannot help. */
  static Stop data(String message) {
    return new Stop(DATA, message);
  }

  /** The work was asked to end and has saved what it had. */
  static Stop interrupted(String message) {
    return new Stop(INTERRUPTED, message);
  }

  int code() {
    return code;
  }
}
