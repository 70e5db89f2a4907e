package dev.naru.core.store;

import dev.naru.core.state.Key;

/** Somebody else wrote the object first: read it again. */
public final class ConflictException extends Exception {
  private static final long serialVersionUID = 1;

  /** Names the object. */
  public ConflictException(Key key, long version) {
    super(
        "cannot write " + key + ": version " + version + " is no longer the newest; read it again");
  }
}
