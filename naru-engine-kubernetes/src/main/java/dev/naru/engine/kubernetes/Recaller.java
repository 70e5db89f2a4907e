package dev.naru.engine.kubernetes;

import dev.naru.engine.kubernetes.ImageRules.Answer;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes images out of the list of {@link AllowedImages} that may no longer run since a policy or a
 * key changed, and enters again what Naru's own objects name and may run once more. It has a thread
 * of its own, for registries are asked. Where the rules cannot be read, the list stays as it is.
 */
final class Recaller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recaller.class);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int AT_ONCE = 8;

  private final AllowedImages images;
  private final ImageRules rules;
  private final Function<Map<String, String>, Recall.Seen> look;
  private final Clock clock;
  private final Thread thread;
  private Recall known = Recall.NOTHING;
  private String trouble = "";

  /** Looks at nothing yet. */
  Recaller(
      AllowedImages images,
      ImageRules rules,
      Function<Map<String, String>, Recall.Seen> look,
      Clock clock) {
    this.images = images;
    this.rules = rules;
    this.look = look;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("recalls images").unstarted(this::keep);
  }

  /**
   * Looks at the list from now on.
   *
   * @param look what there is to decide about, by what the list has
   */
  static Recaller start(
      AllowedImages images,
      ImageRules rules,
      Function<Map<String, String>, Recall.Seen> look,
      Clock clock) {
    Recaller recaller = new Recaller(images, rules, look, clock);
    recaller.thread.start();
    return recaller;
  }

  private void keep() {
    try {
      while (true) {
        String before = trouble;
        trouble = tried();
        if (!trouble.isEmpty() && !trouble.equals(before)) {
          LOG.warn("the list of allowed images stays as it is: {}", trouble);
        }
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException _) {
      // It is closed.
    }
  }

  /** What kept a turn from its end, in words; empty for nothing. */
  private String tried() throws InterruptedException {
    try {
      turn();
      return "";
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Looks once. */
  void turn() throws InterruptedException {
    String version = rules.version();
    Optional<AllowedImages.Listed> there = images.listed();
    if (there.isEmpty()) {
      return;
    }
    AllowedImages.Listed list = there.get();
    Recall.Seen seen = look.apply(list.images());
    Recall asks = known.under(version, list, clock.instant());
    Map<String, Answer> answers = answers(asks.questions(seen, clock.instant()));
    if (!rules.version().equals(version)) {
      return; // what was said may be of other rules
    }
    known = asks.with(answers, seen, clock.instant());
    Recall.Change change = known.change(seen, clock.instant());
    if (!change.none()) {
      change.removed().forEach(key -> tell(key, list.images().getOrDefault(key, ""), false));
      change.entered().forEach((key, ref) -> tell(key, ref, true));
      images.recall(change);
    } else if (!list.rules().equals(version) && known.good(seen)) {
      images.found(list, version);
    }
  }

  private void tell(String key, String ref, boolean allowed) {
    rules.changes(AllowedImages.project(key), ref, allowed);
  }

  private Map<String, Answer> answers(SortedSet<String> questions) throws InterruptedException {
    Map<String, Answer> answers = new LinkedHashMap<>();
    if (questions.isEmpty()) {
      return answers;
    }
    try (ExecutorService asking =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("recall").factory())) {
      Map<String, Future<Answer>> asked = new LinkedHashMap<>();
      questions.forEach(ref -> asked.put(ref, asking.submit(() -> answer(ref))));
      for (Map.Entry<String, Future<Answer>> one : asked.entrySet()) {
        answers.put(one.getKey(), one.getValue().get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot ask about images: " + e.getCause(), e);
    }
    return answers;
  }

  /** Whatever goes wrong with one image, the others are decided about. */
  private Answer answer(String ref) {
    try {
      return rules.ask(ref);
    } catch (RuntimeException e) {
      LOG.debug("cannot tell of {}: {}", ref, e.getMessage());
      return Answer.UNKNOWN;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
