package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The list of images that may run in each namespace of a cluster, for who lets in pods that others
 * make: it reads and enters, and takes nothing away. Safe for any thread.
 */
public final class ImageList {
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final AllowedImages images;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Read read;

  private volatile @Nullable Failure failed;

  /** Why the list could not be read, and when that was known: who waited meanwhile fails too. */
  private record Failure(NaruException why, long nanos) {}

  /** The list, and when it was asked for. */
  private record Read(Optional<AllowedImages.Listed> list, long nanos) {}

  /**
   * Asks nobody yet.
   *
   * @param namespace of the list, the operator's own
   */
  public ImageList(Cluster cluster, String namespace) {
    this.images = AllowedImages.in(cluster.client(), namespace);
  }

  /**
   * Those of some references that may not run in a namespace yet; one by tag never may. That one
   * may run is known for a second, that one may not is read anew.
   *
   * @throws NaruException where the list cannot be read
   */
  public Set<String> missing(String namespace, Set<String> refs) {
    if (refs.stream().allMatch(ref -> AllowedImages.key(namespace, ref).isEmpty())) {
      return Set.copyOf(refs);
    }
    if (known(namespace, refs)) {
      return Set.of();
    }
    long asked = System.nanoTime();
    reading.lock(); // who asks at the same time is answered by the same reading
    try {
      Read before = read;
      if (before != null && before.nanos() - asked >= 0) {
        return AllowedImages.missing(before.list(), namespace, refs);
      }
      Failure failure = failed;
      if (failure != null && failure.nanos() - asked >= 0) {
        throw failure.why();
      }
      if (known(namespace, refs)) {
        return Set.of();
      }
      Read now = read();
      read = now;
      return AllowedImages.missing(now.list(), namespace, refs);
    } finally {
      reading.unlock();
    }
  }

  /** How many wait for a reading of somebody else. */
  int waiting() {
    return reading.getQueueLength();
  }

  private Read read() {
    long began = System.nanoTime();
    try {
      return new Read(images.listed(), began);
    } catch (NaruException e) {
      failed = new Failure(e, System.nanoTime());
      throw e;
    }
  }

  private boolean known(String namespace, Set<String> refs) {
    Read before = read;
    return before != null
        && System.nanoTime() - before.nanos() < FRESH.toNanos()
        && AllowedImages.missing(before.list(), namespace, refs).isEmpty();
  }

  /**
   * Lets images run in a namespace. The API server may see that some moments later.
   *
   * @param refs by digest
   * @throws NaruException where the list cannot be written
   */
  public void enter(String namespace, Set<String> refs) {
    images.enter(namespace, refs);
  }
}
