package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class HostNamesTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static InetAddress[] addresses(String... texts) {
    InetAddress[] all = new InetAddress[texts.length];
    for (int i = 0; i < texts.length; i++) {
      all[i] = InetAddress.ofLiteral(texts[i]);
    }
    return all;
  }

  @Test
  void givesAddressesInOrder() {
    HostNames names = new HostNames(_ -> addresses("10.0.0.2", "10.0.0.1"), LONG);

    assertThat(names.of("db.bank.example")).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void keepsWhatWasKnownWhereNobodyKnowsTheNameAnyMore() {
    AtomicBoolean known = new AtomicBoolean(true);
    HostNames names =
        new HostNames(
            name -> {
              if (!known.get()) {
                throw new UnknownHostException(name);
              }
              return addresses("10.0.0.1");
            },
            LONG);

    assertThat(names.of("db")).containsExactly("10.0.0.1");
    known.set(false);
    assertThat(names.of("db")).containsExactly("10.0.0.1");
    assertThat(names.of("other")).isEmpty();
  }

  @Test
  void waitsForNobody() throws InterruptedException {
    CountDownLatch answers = new CountDownLatch(1);
    HostNames names =
        new HostNames(
            _ -> {
              try {
                answers.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return addresses("10.0.0.1");
            },
            Duration.ofMillis(1));

    assertThat(names.of("slow")).isEmpty();
    answers.countDown();
    while (names.of("slow").isEmpty()) {
      Thread.sleep(1);
    }
    assertThat(names.of("slow")).containsExactly("10.0.0.1");
  }
}
