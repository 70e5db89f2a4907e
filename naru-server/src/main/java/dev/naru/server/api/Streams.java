package dev.naru.server.api;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The answers that go on for as long as the client likes, so that all of them can be ended. */
final class Streams implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** Ends one stream; called from any thread, returns at once. */
  @FunctionalInterface
  interface End {
    void now();
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final Set<End> open = new HashSet<>();

  void add(End end) {
    lock.lock();
    try {
      open.add(end);
    } finally {
      lock.unlock();
    }
  }

  void remove(End end) {
    lock.lock();
    try {
      open.remove(end);
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all of them, and waits a moment for their last bytes to be sent. */
  @Override
  public void close() {
    lock.lock();
    try {
      List.copyOf(open).forEach(End::now);
      long left = LONGEST.toNanos();
      while (!open.isEmpty() && left > 0) {
        left = fewer.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
