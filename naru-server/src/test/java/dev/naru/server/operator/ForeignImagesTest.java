package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ForeignImagesTest {
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch slow = new CountDownLatch(1);

  private String admit(String ref) {
    asked.add(ref);
    try {
      slow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (ref.endsWith("evil")) {
      throw new NaruException(NaruException.Code.UNTRUSTED, "unsigned");
    }
    return ref + "@digest";
  }

  @Test
  void asksAboutAnImageOnceHoweverManyWait() throws Exception {
    ForeignImages images = new ForeignImages(this::admit);

    Future<String> first = images.ask("h.x/a");
    Future<String> second = images.ask("h.x/a");
    slow.countDown();

    assertThat(first.get()).isEqualTo("h.x/a@digest");
    assertThat(second).isSameAs(first);
    assertThat(asked).containsExactly("h.x/a");
  }

  @Test
  void tellsWhyOneIsRefused() {
    slow.countDown();
    Future<String> answer = new ForeignImages(this::admit).ask("h.x/evil");

    assertThatThrownBy(answer::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .hasMessage("unsigned");
  }

  @Test
  void takesNoMoreThanItCanHold() {
    ForeignImages images = new ForeignImages(this::admit);
    List<Future<String>> held = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      held.add(images.ask("h.x/a" + i));
    }

    assertThatThrownBy(() -> held.add(images.ask("h.x/b")))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("try again");
    slow.countDown();
  }
}
