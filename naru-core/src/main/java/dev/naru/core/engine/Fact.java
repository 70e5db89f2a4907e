package dev.naru.core.engine;

import dev.naru.spec.TreeDigest;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The answer to a {@link Question}. */
public sealed interface Fact {
  /**
   * Where an attempt begins.
   *
   * @param from the checkpoint directory; empty to begin from nothing
   * @param step its step; 0 to begin from nothing
   * @param fresh whether the attempt before made that checkpoint itself
   */
  record Resume(Optional<Location> from, long step, boolean fresh) implements Fact {}

  /**
   * How far the checkpoints of an attempt go.
   *
   * @param step of the newest complete one; empty for none
   */
  record Checkpoint(Optional<Long> step) implements Fact {}

  /**
   * What a sealed directory contains.
   *
   * @param digest {@code sha256:...} over sorted names and contents
   * @param files number of files
   * @param bytes their sizes added up
   */
  record Sealed(String digest, int files, long bytes) implements Fact {}

  /**
   * A model in the store.
   *
   * @param digest {@code sha256:...} over sorted names and contents
   * @param bytes size of all files
   * @param metrics of its {@code metrics.json}; empty where there is none
   */
  record Published(String digest, long bytes, SortedMap<String, Double> metrics) implements Fact {}

  /**
   * What a directory holds.
   *
   * @param entries in the order of its digest
   */
  record Files(List<TreeDigest.Entry> entries) implements Fact {
    /** Copies the list. */
    public Files {
      entries = List.copyOf(entries);
    }
  }

  /** The signature is there. */
  record Attached() implements Fact {}

  /** Not yet: ask again. */
  record Pending() implements Fact {}

  /**
   * There is no such answer, and asking again will not change that: no model where one is due, a
   * directory that cannot be read.
   *
   * @param reason in words
   */
  record Refused(String reason) implements Fact {}

  /**
   * The engine could not be asked; ask again.
   *
   * @param reason in words
   */
  record Unknown(String reason) implements Fact {}
}
