package dev.naru.image;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work that is done beside its caller's, which waits for it in the end, whatever became of its own.
 *
 * @param <T> what comes of it
 */
final class Beside<T> implements AutoCloseable {
  private final FutureTask<T> task;
  private final Thread thread;

  /** Something to do that may fail. */
  interface Work<T> {
    T done() throws IOException;
  }

  private Beside(Work<T> work) {
    task = new FutureTask<>(work::done);
    thread = Thread.ofVirtual().name("beside").start(task);
  }

  static <T> Beside<T> begin(Work<T> work) {
    return new Beside<>(work);
  }

  /**
   * What came of it.
   *
   * @throws IOException as the work did
   */
  T get() throws IOException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException known) {
        throw known;
      }
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException("work beside ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
