package dev.naru.engine.kubernetes;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read a moment ago, for many who ask at once: they share one reading, and its failure.
 * Safe for any thread.
 */
public final class Lately<T> {
  private final Supplier<T> source;
  private final Duration most;
  private final LongSupplier nanos;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Read<T> read;
  private volatile @Nullable Failure failed;

  /** What was read, and when that began. */
  private record Read<T>(T value, long nanos) {}

  /** Why nothing could be read, and when that was known. */
  private record Failure(RuntimeException why, long nanos) {}

  /**
   * Has read nothing yet.
   *
   * @param source reads
   * @param most how old an answer may be, from where its reading began
   * @param nanos a clock that only goes forward, in nanoseconds
   */
  public Lately(Supplier<T> source, Duration most, LongSupplier nanos) {
    this.source = source;
    this.most = most;
    this.nanos = nanos;
  }

  /**
   * What was read a moment ago where that is enough, else what is read after this call.
   *
   * @param enough whether an answer of before is good for who asks
   * @throws RuntimeException what the source throws
   */
  public T get(Predicate<T> enough) {
    Read<T> before = read;
    if (before != null && fresh(before) && enough.test(before.value())) {
      return before.value();
    }
    long asked = nanos.getAsLong();
    reading.lock();
    try {
      Read<T> meanwhile = read;
      if (meanwhile != null
          && (meanwhile.nanos() - asked >= 0
              || (fresh(meanwhile) && enough.test(meanwhile.value())))) {
        return meanwhile.value();
      }
      Failure failure = failed;
      if (failure != null && failure.nanos() - asked >= 0) {
        throw failure.why();
      }
      return anew();
    } finally {
      reading.unlock();
    }
  }

  /** How many wait for a reading of somebody else. */
  int waiting() {
    return reading.getQueueLength();
  }

  private T anew() {
    long began = nanos.getAsLong();
    try {
      T value = source.get();
      read = new Read<>(value, began);
      return value;
    } catch (RuntimeException e) {
      failed = new Failure(e, nanos.getAsLong());
      throw e;
    }
  }

  private boolean fresh(Read<T> one) {
    return nanos.getAsLong() - one.nanos() < most.toNanos();
  }
}
