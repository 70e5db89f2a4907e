package dev.naru.image;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Failures in words. */
public final class Trouble {
  private Trouble() {}

  /** The file is wrong: exit 2. */
  public static NaruException invalid(String message) {
    return new NaruException(Code.INVALID, message);
  }

  /** What was named is not there: exit 2. */
  public static NaruException notFound(String message) {
    return new NaruException(Code.NOT_FOUND, message);
  }

  /** It is there, and its state does not allow that: exit 1. */
  public static NaruException conflict(String message) {
    return new NaruException(Code.CONFLICT, message);
  }

  /** A policy refuses: exit 3. */
  public static NaruException refused(String message) {
    return new NaruException(Code.REFUSED, message);
  }

  /** The work failed: exit 1. */
  public static NaruException failed(String message) {
    return new NaruException(Code.FAILED, message);
  }

  /** A program of this machine failed at {@code what}; {@code next} is what to do about it. */
  static NaruException ofTool(String what, Tools.Ended ended, String next) {
    return ended.text().toLowerCase(Locale.ROOT).contains("no space left")
        ? of(what, new IOException("no space left on device"))
        : failed(what + ended.errors() + "; " + next);
  }

  /** The disk or the network failed at {@code what}, which begins with "cannot". */
  public static NaruException of(String what, IOException e) {
    String said = String.valueOf(e.getMessage());
    String reason =
        e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : said;
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new NaruException(
          Code.FAILED,
          what.replaceFirst(": [a-z-]+ said: $", "")
              + ": the disk is full; free some space, for example in images/ of the home",
          e);
    } else if (e instanceof AccessDeniedException) {
      return new NaruException(
          Code.FAILED, what + ": no permission for " + said + "; check its owner and mode", e);
    } else if (e instanceof NoSuchFileException) {
      return new NaruException(Code.FAILED, what + ": there is no " + said, e);
    }
    return new NaruException(Code.FAILED, what + ": " + said, e);
  }
}
