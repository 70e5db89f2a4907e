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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Asks about images beside the loop, so that a registry that answers slowly keeps nobody else's
 * work: what is not answered at once is asked for again at a later turn. Each image is asked about
 * once at a time, and where the answer was no, again after a second at the earliest: whoever waits
 * for it takes a turn whenever anything happens, and each would ask the registry.
 */
final class TrustDesk {
  private static final long PATIENCE_MILLIS = 100;

  private static final Duration NOT_AGAIN = Duration.ofSeconds(1);
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final Consumer<String> admit;
  private final Clock clock;
  private final Runnable wake;
  private final Map<String, Question> asked = new ConcurrentHashMap<>();
  private final Map<String, No> refused = new ConcurrentHashMap<>();

  /** An image that is asked about; later is whether somebody waits for no answer any more. */
  private static final class Question {
    final FutureTask<Boolean> answer;
    final AtomicBoolean later = new AtomicBoolean();

    Question(FutureTask<Boolean> answer) {
      this.answer = answer;
    }
  }

  /** An answer that counts for a moment. */
  private record No(RuntimeException why, Instant until) {
    /** Not for longer where a clock was put back. */
    boolean counts(Instant now) {
      return now.isBefore(until) && !until.isAfter(now.plus(NOT_AGAIN));
    }
  }

  /**
   * Asks nobody yet.
   *
   * @param admit returns where an image may start, and throws where it may not
   * @param wake called when an answer is there that nobody waited for, and when rules changed
   */
  TrustDesk(Consumer<String> admit, Clock clock, Runnable wake) {
    this.admit = admit;
    this.clock = clock;
    this.wake = wake;
  }

  /** Forgets what was refused and asked, since by the rules of now it may be otherwise. */
  void rulesChanged() {
    synchronized (asked) {
      refused.clear();
      asked.clear();
    }
    wake.run();
  }

  /**
   * Returns where an image may start.
   *
   * @throws NaruException UNTRUSTED where it may not; REGISTRY_UNREACHABLE where that is not known
   *     yet
   */
  void require(String ref) {
    Instant now = clock.instant();
    refused.values().removeIf(no -> now.isAfter(no.until().plus(REMEMBERED)));
    No before = refused.get(ref);
    if (before != null && before.counts(now)) {
      throw before.why();
    }
    Question question = asked.computeIfAbsent(ref, this::ask);
    try {
      answer(question);
      passed(ref, question);
    } catch (TimeoutException e) {
      throw before == null ? waits(ref) : before.why(); // until there is another answer
    } catch (ExecutionException e) {
      RuntimeException why =
          e.getCause() instanceof RuntimeException known
              ? known
              : new IllegalStateException("cannot look at " + ref, e);
      keep(ref, question, why);
      throw why;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NaruException(Code.FAILED, "cannot look at " + ref + ": interrupted", e);
    }
  }

  /** An answer by rules that have changed since does not count. */
  private void passed(String ref, Question question) {
    synchronized (asked) {
      if (!asked.remove(ref, question)) {
        throw waits(ref);
      }
      refused.remove(ref);
    }
  }

  private static NaruException waits(String ref) {
    return new NaruException(
        Code.REGISTRY_UNREACHABLE,
        "waits for its registry, which is asked for the signatures of " + ref);
  }

  /** An answer by rules that have changed since is not kept. */
  private void keep(String ref, Question question, RuntimeException why) {
    synchronized (asked) {
      if (asked.remove(ref, question)) {
        refused.put(ref, new No(why, clock.instant().plus(NOT_AGAIN)));
      }
    }
  }

  /** Waits a moment; the answer may come between its end and the mark, so it is looked at again. */
  private static void answer(Question question)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      question.answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      question.later.set(true);
      question.answer.get(0, TimeUnit.MILLISECONDS);
    }
  }

  private Question ask(String ref) {
    Question question =
        new Question(
            new FutureTask<>(() -> {
              admit.accept(ref);
              return true;
            }));
    Thread.ofVirtual()
        .name("trust")
        .start(() -> {
          question.answer.run();
          if (question.later.get()) {
            wake.run();
          }
        });
    return question;
  }
}
