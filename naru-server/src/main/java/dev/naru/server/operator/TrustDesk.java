package dev.naru.server.operator;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks about images beside the loop, so that a registry that answers slowly keeps nobody else's
 * work: what is not answered at once is asked for again at a later turn. Each image is asked about
 * once at a time, and again after a second at the earliest where the answer was no, for every turn
 * of whoever waits for it would ask its registry else; other rules count at once.
 */
final class TrustDesk {
  private static final long PATIENCE_MILLIS = 100;
  private static final Duration NOT_AGAIN = Duration.ofSeconds(1);

  private final Consumer<String> admit;
  private final Supplier<String> rules;
  private final Clock clock;
  private final Runnable wake;
  private final Map<String, FutureTask<Boolean>> asked = new ConcurrentHashMap<>();
  private final Map<String, No> refused = new ConcurrentHashMap<>();

  /** An answer that counts for a moment, as long as the rules are those. */
  private record No(RuntimeException why, String rules, Instant until) {}

  /**
   * Asks nobody yet.
   *
   * @param admit returns where an image may start, and throws where it may not
   * @param rules the version of the rules that count now
   * @param wake called when an answer is there
   */
  TrustDesk(Consumer<String> admit, Supplier<String> rules, Clock clock, Runnable wake) {
    this.admit = admit;
    this.rules = rules;
    this.clock = clock;
    this.wake = wake;
  }

  /**
   * Returns where an image may start.
   *
   * @throws NaruException UNTRUSTED where it may not; REGISTRY_UNREACHABLE where that is not known
   *     yet
   */
  void require(String ref) {
    Instant now = clock.instant();
    String version = rules.get();
    refused.values().removeIf(no -> !now.isBefore(no.until()) || !no.rules().equals(version));
    No before = refused.get(ref);
    if (before != null) {
      throw before.why();
    }
    FutureTask<Boolean> task = asked.computeIfAbsent(ref, this::ask);
    try {
      task.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      asked.remove(ref);
    } catch (TimeoutException e) {
      throw new NaruException(
          Code.REGISTRY_UNREACHABLE,
          "waits for its registry, which is asked for the signatures of " + ref,
          e);
    } catch (ExecutionException e) {
      asked.remove(ref);
      RuntimeException why =
          e.getCause() instanceof RuntimeException known
              ? known
              : new IllegalStateException("cannot look at " + ref, e);
      refused.put(ref, new No(why, version, now.plus(NOT_AGAIN)));
      throw why;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NaruException(Code.FAILED, "cannot look at " + ref + ": interrupted", e);
    }
  }

  private FutureTask<Boolean> ask(String ref) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          admit.accept(ref);
          return true;
        });
    Thread.ofVirtual()
        .name("trust")
        .start(() -> {
          task.run();
          wake.run();
        });
    return task;
  }
}
