package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Work beside its caller's. */
class BesideTest {
  @Test
  void bothAreDoneAtOnce() throws IOException, InterruptedException {
    CountDownLatch here = new CountDownLatch(1);
    CountDownLatch there = new CountDownLatch(1);
    try (Beside<String> beside =
        Beside.begin(() -> {
          there.countDown();
          awaited(here);
          return "done";
        })) {
      there.await();
      here.countDown();

      assertThat(beside.get()).isEqualTo("done");
    }
  }

  @Test
  void failsAsItsWorkDid() {
    try (Beside<String> beside =
        Beside.begin(() -> {
          throw new IOException("no space");
        })) {
      assertThatThrownBy(beside::get).isInstanceOf(IOException.class).hasMessage("no space");
    }
  }

  @Test
  void isWaitedForWhereItsCallerFailed() {
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch failed = new CountDownLatch(1);
    assertThatThrownBy(
            () -> {
              try (Beside<String> _ =
                  Beside.begin(() -> {
                    awaited(failed);
                    ended.set(true);
                    return "";
                  })) {
                failed.countDown();
                throw new IOException("mine");
              }
            })
        .hasMessage("mine");

    assertThat(ended).isTrue();
  }

  private static void awaited(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
