package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.engine.kubernetes.FakeApi.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often the list is read by who answers the API server about pods. */
class ImageListTest {
  private static final String A = "a".repeat(64);
  private static final String APP = "registry.bank/team/app@sha256:" + A;
  private static final String OTHER = "registry.bank/team/other@sha256:" + "b".repeat(64);
  private static final int MANY = 20;

  @TempDir private Path folder;

  private final FakeList list = new FakeList();
  private final AtomicInteger reads = new AtomicInteger();
  private final CountDownLatch answers = new CountDownLatch(1);

  @SuppressWarnings("NullAway.Init") // before each test
  private FakeApi api;

  @SuppressWarnings("NullAway.Init") // before each test
  private ImageList images;

  @BeforeEach
  void serve() throws IOException {
    api = new FakeApi(folder, this::answer);
    list.has("\"team.%s\": \"%s\"".formatted(A, APP));
    images = new ImageList(api.cluster(), "naru-system");
  }

  private Answer answer(FakeApi.Request request) {
    if (request.what().endsWith("/naru-images")) {
      reads.incrementAndGet();
      try {
        answers.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return list.answer(request);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whoAsksAtTheSameTimeIsAnsweredByOneReading()
      throws InterruptedException, ExecutionException {
    List<Future<Set<String>>> asked = new ArrayList<>();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < MANY; i++) {
        asked.add(all.submit(() -> images.missing("team", Set.of(APP))));
      }
      answers.countDown();
      for (Future<Set<String>> one : asked) {
        assertThat(one.get()).isEmpty();
      }
    }

    assertThat(reads).hasValue(1);
  }

  @Test
  void whoWaitedForAReadingThatFailedFailsWithIt() throws InterruptedException {
    list.isBroken();
    List<Future<Set<String>>> asked = new ArrayList<>();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < MANY; i++) {
        asked.add(all.submit(() -> images.missing("team", Set.of(APP))));
      }
      while (images.waiting() < MANY - 1) {
        Thread.sleep(1);
      }
      answers.countDown();
      for (Future<Set<String>> one : asked) {
        assertThatThrownBy(one::get).hasCauseInstanceOf(NaruException.class);
      }
    }

    assertThat(reads).hasValueLessThan(4); // one reading may be tried again
  }

  @Test
  void whatMayNotRunIsReadAfterItWasAskedFor() {
    answers.countDown();
    assertThat(images.missing("team", Set.of(OTHER))).containsExactly(OTHER);
    assertThat(images.missing("team", Set.of(OTHER))).containsExactly(OTHER);
    list.has("\"team.%s\": \"%s\"".formatted("b".repeat(64), OTHER));

    assertThat(images.missing("team", Set.of(OTHER))).isEmpty();
    assertThat(reads).hasValue(3);
  }
}
