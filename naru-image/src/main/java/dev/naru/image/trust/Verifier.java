package dev.naru.image.trust;

import dev.naru.core.NaruException;
import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks for signatures and attestations beside an image and judges them. One good piece is enough,
 * whatever else is there; a broken one is passed over. Where the list of what is there cannot be
 * read, the image is refused.
 *
 * <p>What is read is limited: 32 layers of each tag, 64 bundles, 1 MiB each, 4 MiB of a manifest or
 * list, and the time of all together. May be used by several threads at once.
 */
public final class Verifier {
  /** Limit of one verification. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final int AT_ONCE = 8;

  private final Registry registry;
  private final Duration limit;
  private final Clock clock;

  /**
   * For images of one registry.
   *
   * @param limit of one verification, {@link #LIMIT} for all but tests
   */
  public Verifier(Registry registry, Duration limit, Clock clock) {
    this.registry = registry;
    this.limit = limit;
    this.clock = clock;
  }

  /**
   * Resolves a reference once and judges what is beside the image; {@link Verdict#refusal} says
   * what came of it.
   *
   * @param wanted predicate types of attestations that must be there
   * @throws NaruException NOT_FOUND where there is no such image, REGISTRY_UNREACHABLE where nobody
   *     answers, REFUSED where the registry answers what cannot be judged, or not in time
   */
  public Verdict verify(ImageRef ref, KeySet keys, Set<String> wanted) {
    return within(ref, () -> judged(Resolved.of(registry, ref), keys, wanted));
  }

  /**
   * The same for who wants an answer and no list: nothing more is asked for once the tag of
   * signatures has a good one and no attestation is wanted.
   */
  Verdict answer(ImageRef ref, KeySet keys, Set<String> wanted) {
    return within(
        ref,
        () -> {
          Resolved resolved = Resolved.of(registry, ref);
          if (wanted.isEmpty()) {
            Verdict early = early(resolved, keys);
            if (early.lack().isEmpty()) {
              return early;
            }
          }
          return judged(resolved, keys, wanted);
        });
  }

  private Verdict early(Resolved resolved, KeySet keys) {
    String digest = resolved.manifest().digest();
    TaggedLayers tags = new TaggedLayers(registry, resolved.ref().repository(), digest);
    Candidates found = tags.signatures(new Judge(digest, keys));
    List<Evidence> evidence = new ArrayList<>();
    for (Candidate candidate : found.all()) {
      evidence.add(candidate.judged());
      if (evidence.getLast().result() instanceof Evidence.Result.Good) {
        break;
      }
    }
    return new Verdict(resolved.ref(), clock.instant(), keys, Set.of(), evidence, found.unread());
  }

  private Verdict judged(Resolved resolved, KeySet keys, Set<String> wanted)
      throws InterruptedException {
    ImageRef ref = resolved.ref();
    String digest = resolved.manifest().digest();
    Judge judge = new Judge(digest, keys);
    TaggedLayers tags = new TaggedLayers(registry, ref.repository(), digest);
    Set<String> first = new HashSet<>(wanted);
    first.add(Statement.SIGNATURE);
    List<Callable<Candidates>> places = new ArrayList<>();
    places.add(() -> tags.signatures(judge));
    places.add(() -> new Bundles(registry, ref.repository()).of(judge, first));
    if (!wanted.isEmpty()) {
      places.add(() -> tags.attestations(judge));
    }
    List<Evidence> evidence = new ArrayList<>();
    int unread = 0;
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<Callable<Evidence>> checks = new ArrayList<>();
      for (Candidates found : all(threads, places)) {
        found.all().forEach(c -> checks.add(c::judged));
        unread += found.unread();
      }
      evidence.addAll(all(threads, checks));
    }
    return new Verdict(ref, clock.instant(), keys, wanted, evidence, unread);
  }

  private static <T> List<T> all(ExecutorService threads, List<Callable<T>> work)
      throws InterruptedException {
    List<T> done = new ArrayList<>();
    try {
      for (Future<T> one : threads.invokeAll(work)) {
        done.add(one.get());
      }
      return done;
    } catch (ExecutionException e) {
      threads.shutdownNow();
      throw cause(e);
    }
  }

  /** A registry that sends on and on ends here; its connection is given up by the interrupt. */
  private Verdict within(ImageRef ref, Callable<Verdict> work) {
    FutureTask<Verdict> task = new FutureTask<>(work);
    Thread.ofVirtual().name("verify").start(task);
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw refused(ref, cause(e));
    } catch (TimeoutException e) {
      task.cancel(true);
      throw Trouble.refused(
          "cannot accept "
              + ref
              + ": registry "
              + registry.host()
              + " has not sent what is needed within "
              + limit.toMillis() / 1000.0
              + " s; try again, or have the registry looked at");
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw Trouble.failed("cannot verify " + ref + ": interrupted");
    }
  }

  private static RuntimeException cause(ExecutionException e) {
    return e.getCause() instanceof RuntimeException known
        ? known
        : new IllegalStateException("verification ended", e.getCause());
  }

  /** What could not be judged is refused; that nobody answered, or nothing is there, stays so. */
  private static RuntimeException refused(ImageRef ref, RuntimeException e) {
    return e instanceof NaruException known && known.code() == NaruException.Code.FAILED
        ? Trouble.refused(
            "cannot accept " + ref + ": its signatures cannot be read: " + known.getMessage())
        : e;
  }
}
