package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.naru.core.NaruException;
import dev.naru.image.trust.HomeKeys;
import dev.naru.image.trust.TrustRules;
import dev.naru.server.json.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTrustTest {
  @TempDir Path home = Path.of("");

  private String pem() {
    return new HomeKeys(home, Clock.systemUTC()).signing().shown().pem();
  }

  private ClusterTrust given() {
    ObjectNode said = Json.object();
    said.putArray("keys").add(pem());
    said.putArray("plainHttp").add("registry.local:5000");
    return ClusterTrust.parse(Json.text(said));
  }

  private static JsonNode policy(String name, String key) {
    return Json.read(
        """
        {"apiVersion": "naru.dev/v1alpha1", "kind": "TrustPolicy",
         "metadata": {"name": "%s", "uid": "1", "resourceVersion": "7", "creationTimestamp": "x"},
         "spec": {"rules": [{"repositories": ["registry.bank/*"], "keys": ["%s"]}]}}\
        """
            .formatted(name, key),
        "a policy");
  }

  @Test
  void theInstallersKeysCountWhereThereIsNoPolicyAndNothingWithoutThem() {
    assertThat(given().rules(List.of())).extracting(TrustRules::name).containsExactly("default");
    assertThat(given().plainHttp()).containsExactly("registry.local:5000");
    assertThat(ClusterTrust.parse("").rules(List.of())).isEmpty();
    assertThatThrownBy(() -> ClusterTrust.parse("{\"keys\": [\"no\"]}"))
        .isInstanceOf(NaruException.class)
        .hasMessageContaining("trust.keys");
  }

  @Test
  void eachPolicyCountsAndTheInstallersKeysOnlyWhereItNamesThem() {
    ClusterTrust given = given();
    String own = given.keys().getFirst().id();

    List<TrustRules> rules = given.rules(List.of(policy("a", own), policy("b", own)));

    assertThat(rules).extracting(TrustRules::name).containsExactly("a", "b");
    assertThat(rules.getFirst().rules().getFirst().keys()).isEqualTo(given.keys());
  }

  @Test
  void aPolicyThatCannotBeReadLetsNothingPass() {
    assertThatThrownBy(() -> given().rules(List.of(policy("a", "zz"))))
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(NaruException.Code.UNTRUSTED))
        .hasMessageContaining("TrustPolicy 'a' cannot be read");
  }

  @Test
  void asksOnceAtATimeAndKeepsNobodyWaiting() throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch woken = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    TrustDesk desk =
        new TrustDesk(
            _ -> {
              asked.incrementAndGet();
              waitFor(slow);
            },
            Clock.systemUTC(),
            woken::countDown);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> desk.require("h/x"))
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> assertThat(e.code()).isEqualTo(NaruException.Code.REGISTRY_UNREACHABLE));
    }
    slow.countDown();
    woken.await();
    desk.require("h/x");
    assertThat(asked).hasValue(1);
  }

  @Test
  void tellsWhyAnImageIsRefusedAndAsksAgainAfterAMomentOrByOtherRules() {
    List<String> asked = new ArrayList<>();
    AtomicInteger woken = new AtomicInteger();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    TrustDesk desk =
        new TrustDesk(
            ref -> {
              asked.add(ref);
              throw new NaruException(NaruException.Code.UNTRUSTED, "unsigned " + asked.size());
            },
            clock(now),
            woken::incrementAndGet);

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned 1");
    }
    assertThatThrownBy(() -> desk.require("h/y")).as("another image").hasMessage("unsigned 2");
    now.set(now.get().plusMillis(999));
    assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned 1");
    now.set(now.get().plusMillis(1));
    assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned 3");
    assertThat(woken).as("nobody waited for those").hasValue(0);
    desk.rulesChanged();
    assertThat(woken).hasValue(1);
    assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned 4");
  }

  @Test
  void aRefusalIsToldUntilAnotherAnswerIsThere() throws InterruptedException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch woken = new CountDownLatch(1);
    TrustDesk desk =
        new TrustDesk(
            _ -> {
              if (asked.incrementAndGet() == 1) {
                throw new NaruException(NaruException.Code.UNTRUSTED, "unsigned");
              }
              waitFor(slow);
            },
            clock(now),
            woken::countDown);

    assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned");
    now.set(now.get().plusSeconds(1));
    assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned");
    slow.countDown();
    woken.await();
    desk.require("h/x");
    assertThat(asked).hasValue(2);
  }

  @Test
  void anAnswerByRulesThatHaveChangedMeanwhileIsNotKept() {
    AtomicInteger asked = new AtomicInteger();
    TrustDesk desk =
        overtaken(
            asked,
            () -> {
              throw new NaruException(NaruException.Code.UNTRUSTED, "unsigned");
            });

    assertThatThrownBy(() -> desk.require("h/x")).hasMessage("unsigned");
    desk.require("h/x");
    assertThat(asked).hasValue(2);
  }

  @Test
  void neitherDoesAYesCountByRulesThatHaveChangedMeanwhile() {
    AtomicInteger asked = new AtomicInteger();
    TrustDesk desk = overtaken(asked, () -> {});

    assertThatThrownBy(() -> desk.require("h/x")).hasMessageContaining("waits for");
    desk.require("h/x");
    assertThat(asked).hasValue(2);
  }

  /** As a registry that takes its time. */
  private static void waitFor(CountDownLatch answer) {
    try {
      answer.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rules change while it asks for the first time. */
  private static TrustDesk overtaken(AtomicInteger asked, Runnable first) {
    AtomicReference<TrustDesk> desk = new AtomicReference<>();
    desk.set(
        new TrustDesk(
            _ -> {
              if (asked.incrementAndGet() == 1) {
                desk.get().rulesChanged();
                first.run();
              }
            },
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
            () -> {}));
    return desk.get();
  }

  private static Clock clock(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }
}
