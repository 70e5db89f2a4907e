package dev.naru.server.operator;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Asks about images beside the loop, so that a registry that answers slowly keeps nobody else's
 * work: what is not answered at once is asked for again at a later turn. Each image is asked about
 * once at a time.
 */
final class TrustDesk {
  private static final long PATIENCE_MILLIS = 100;

  private final Consumer<String> admit;
  private final Runnable wake;
  private final Map<String, FutureTask<Boolean>> asked = new ConcurrentHashMap<>();

  /**
   * Asks nobody yet.
   *
   * @param admit returns where an image may start, and throws where it may not
   * @param wake called when an answer is there
   */
  TrustDesk(Consumer<String> admit, Runnable wake) {
    this.admit = admit;
    this.wake = wake;
  }

  /**
   * Returns where an image may start.
   *
   * @throws NaruException UNTRUSTED where it may not; REGISTRY_UNREACHABLE where that is not known
   *     yet
   */
  void require(String ref) {
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
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException("cannot look at " + ref, e);
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
