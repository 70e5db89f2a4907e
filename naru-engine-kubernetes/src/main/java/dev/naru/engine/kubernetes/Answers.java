package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.QuestionText;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers to questions about files, by the pod beside the volume. One that takes long, such as
 * hashing a large output, is Pending meanwhile.
 */
final class Answers {
  private static final long PATIENCE_MILLIS = 2000;

  private static final Executor THREADS = task -> Thread.ofVirtual().name("answer").start(task);

  private final Files files;
  private final Claims claims;
  private final Places places;
  private final Runnable wake;
  private final Map<Question, CompletableFuture<Fact>> asked = new ConcurrentHashMap<>();

  Answers(Files files, Claims claims, Custom custom, Runnable wake) {
    this.files = files;
    this.claims = claims;
    this.places = new Places(custom::modelVolume);
    this.wake = wake;
  }

  Fact answer(Question question) {
    CompletableFuture<Fact> answer =
        asked.computeIfAbsent(question, q -> CompletableFuture.supplyAsync(() -> ask(q), THREADS));
    try {
      Fact fact = answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      asked.remove(question, answer);
      return fact;
    } catch (TimeoutException e) {
      CompletableFuture<Void> woken = answer.thenRun(wake);
      assert !woken.isCancelled();
      return new Fact.Pending();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Fact.Unknown("interrupted");
    } catch (ExecutionException e) {
      asked.remove(question, answer);
      return new Fact.Unknown(String.valueOf(e.getCause()));
    }
  }

  private Fact ask(Question question) {
    try {
      Question placed = placed(question);
      Location.InVolume at = (Location.InVolume) QuestionText.locations(placed).getFirst();
      if (at.volume().equals(Custom.MODELS)) {
        claims.ensureModels(at.project());
      }
      return ask(placed, at);
    } catch (NaruException e) {
      return new Fact.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** A pod beside a volume keeps the version that it began with, until that is asked too much. */
  private Fact ask(Question placed, Location.InVolume at) {
    try {
      String line =
          files.text(
              at.project(),
              at.volume(),
              "POST",
              "/ask",
              String.join("\n", QuestionText.write(placed)));
      return QuestionText.readFact(line)
          .orElseGet(() -> new Fact.Unknown("no answer but: " + line));
    } catch (NaruException e) {
      if (!String.valueOf(e.getMessage()).contains(QuestionText.UNHEARD)) {
        throw e;
      }
      files.delete(at.project(), at.volume());
      return new Fact.Unknown(
          "the pod beside volume " + at.volume() + " is of an earlier version; another is made");
    }
  }

  /** The same question with models in the Volume that they are on. */
  private Question placed(Question question) {
    return switch (question) {
      case Question.Resume q -> q;
      case Question.Checkpoint q -> q;
      case Question.Seal q -> new Question.Seal(places.inVolume(q.directory()));
      case Question.Publish q ->
          new Question.Publish(places.inVolume(q.model()), places.inVolume(q.target()));
      case Question.Files q -> new Question.Files(places.inVolume(q.directory()));
      case Question.Attach q -> new Question.Attach(places.inVolume(q.model()), q.signature());
    };
  }
}
