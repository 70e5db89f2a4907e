package dev.naru.engine.local;

import dev.naru.core.engine.GroupId;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks after the groups again and again: soon when a file of a replica appears (its exit code), by
 * the clock for what makes no file. Two threads: one waits for files, one works.
 */
final class Pulse implements AutoCloseable {
  private final Supplier<Duration> work;
  private final Semaphore due = new Semaphore(0);
  private final List<Consumer<GroupId>> watchers = new CopyOnWriteArrayList<>();
  private final Map<Path, WatchKey> watched = new ConcurrentHashMap<>();
  private final WatchService files;
  private volatile boolean closed;

  /**
   * @param work does what is due and says when to look again
   * @param files tells of new files
   */
  Pulse(Supplier<Duration> work, WatchService files) {
    this.work = work;
    this.files = files;
  }

  /** Begins to work. */
  void start() {
    Thread.ofPlatform().daemon().name("naru-pulse").start(this::run);
    Thread.ofPlatform().daemon().name("naru-files").start(this::waitForFiles);
  }

  /** Works now. */
  void nudge() {
    due.release();
  }

  AutoCloseable watch(Consumer<GroupId> wake) {
    watchers.add(wake);
    nudge();
    return () -> watchers.remove(wake);
  }

  void wake(GroupId id) {
    watchers.forEach(w -> w.accept(id));
  }

  /**
   * Works soon after a file appears in a folder.
   *
   * @return false where the system gives no more notices; then only the clock helps
   */
  boolean watchFolder(Path folder) {
    try {
      if (!watched.containsKey(folder)) {
        watched.put(folder, folder.register(files, StandardWatchEventKinds.ENTRY_CREATE));
      }
      return true;
    } catch (IOException | ClosedWatchServiceException e) {
      return false;
    }
  }

  void unwatchFolder(Path folder) {
    WatchKey key = watched.remove(folder);
    if (key != null) {
      key.cancel();
    }
  }

  private void run() {
    while (!closed) {
      Duration pause = work.get();
      try {
        if (due.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          due.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void waitForFiles() {
    try {
      while (!closed) {
        WatchKey key = files.take();
        key.pollEvents();
        key.reset();
        nudge();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      return;
    }
  }

  @Override
  public void close() {
    closed = true;
    nudge();
    try {
      files.close();
    } catch (IOException e) {
      // Nothing is read from it any more.
      return;
    }
  }
}
