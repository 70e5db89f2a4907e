package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatelyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10); // it may wrap around
  private final AtomicInteger reads = new AtomicInteger();

  @Test
  void anAnswerIsGoodForAWhileFromWhereItsReadingBegan() {
    Lately<Integer> lately =
        new Lately<>(
            () -> {
              nanos.addAndGet(SECOND.toNanos() / 2); // as long as reading takes
              return reads.incrementAndGet();
            },
            SECOND,
            nanos::get);
    assertThat(lately.get(_ -> true)).isEqualTo(1);
    nanos.addAndGet(SECOND.toNanos() / 2 - 1);
    assertThat(lately.get(_ -> true)).isEqualTo(1);
    nanos.incrementAndGet();
    assertThat(lately.get(_ -> true)).isEqualTo(2);
  }

  @Test
  void whatIsNotEnoughIsReadAfterItWasAskedFor() {
    Lately<Integer> lately = new Lately<>(reads::incrementAndGet, SECOND, nanos::get);
    assertThat(lately.get(n -> n > 0)).isEqualTo(1);
    nanos.incrementAndGet();
    assertThat(lately.get(n -> n > 1)).isEqualTo(2);
    nanos.incrementAndGet();
    assertThat(lately.get(n -> n > 1)).isEqualTo(2);
    assertThat(lately.get(n -> n > 9)).isEqualTo(3); // whatever it is: it is new
  }

  @Test
  void aFailureIsNotRemembered() {
    Lately<Integer> lately =
        new Lately<>(
            () -> {
              if (reads.incrementAndGet() != 2) {
                throw new IllegalStateException("no. " + reads);
              }
              return reads.get();
            },
            SECOND,
            nanos::get);
    assertThatThrownBy(() -> lately.get(_ -> true)).hasMessage("no. 1");
    nanos.incrementAndGet();
    assertThat(lately.get(_ -> true)).isEqualTo(2);
    nanos.addAndGet(SECOND.toNanos());
    assertThatThrownBy(() -> lately.get(_ -> true))
        .hasMessage("no. 3"); // nor is what was known before it
  }

  @Test
  void manyWhoAskAtOnceHaveOneReading() throws Exception {
    CountDownLatch all = new CountDownLatch(8);
    Lately<Integer> lately =
        new Lately<>(
            () -> {
              try {
                all.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return reads.incrementAndGet();
            },
            SECOND,
            nanos::get);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers =
          IntStream.range(0, 8)
              .mapToObj(_ ->
                  threads.submit(() -> {
                    all.countDown();
                    return lately.get(_ -> true);
                  }))
              .toList();
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(1);
      }
    }
  }
}
