package dev.naru.server.store;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.nio.file.Path;
import java.sql.SQLException;

/** What SQLite's errors mean. */
final class Failures {
  // Primary result codes, https://www.sqlite.org/rescode.html; the higher bytes tell details.
  private static final int BUSY = 5;
  private static final int READONLY = 8;
  private static final int IOERR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CANTOPEN = 14;
  private static final int NOTADB = 26;

  private Failures() {}

  /**
   * Whether nothing may be written any more: after a failed fsync nobody knows what is on the disk,
   * and asking again may be answered from memory.
   */
  static boolean isFinal(Throwable failure) {
    int code = primary(failure);
    return code == IOERR || code == CORRUPT || code == NOTADB;
  }

  /** In words, with the next step. */
  static NaruException explain(String doing, Path file, Throwable failure) {
    String why =
        switch (primary(failure)) {
          case FULL -> "the disk is full; free some space, then ask again";
          case IOERR ->
              "the disk refused to write or read; nothing more is accepted. Look at the disk, then"
                  + " start the control plane again";
          case CORRUPT, NOTADB ->
              "it is damaged or no database of Naru; nothing was overwritten. Put a copy of the"
                  + " file in its place, or move it away to begin with nothing";
          case BUSY -> "another process has it open for more than 5 s; end that process";
          case READONLY -> "it may not be written; give this user the right to";
          case CANTOPEN -> "it cannot be opened; look at the folder's owner and rights";
          default -> "the database refused";
        };
    return new NaruException(
        Code.INTERNAL,
        "cannot %s %s: %s (%s)".formatted(doing, file, why, message(failure)),
        failure);
  }

  private static int primary(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException s) {
        return s.getErrorCode() & 0xff;
      }
    }
    return 0;
  }

  private static String message(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException && t.getMessage() != null) {
        return t.getMessage();
      }
    }
    return String.valueOf(failure.getMessage());
  }
}
