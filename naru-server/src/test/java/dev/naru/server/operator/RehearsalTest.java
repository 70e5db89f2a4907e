package dev.naru.server.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import dev.naru.core.store.AuditEntry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is done before the webhook is asked is what it is asked for, and ends in any case. */
class RehearsalTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String IMAGE = "registry.bank/naru@sha256:" + "a".repeat(64);

  private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private final List<String> looked = new ArrayList<>();
  private final List<AuditEntry> told = new ArrayList<>();
  private final AtomicInteger entered = new AtomicInteger();

  private PodJudge judge() {
    return judge(ref -> {
      looked.add(ref);
      return ref;
    });
  }

  private PodJudge judge(UnaryOperator<String> admit) {
    return new PodJudge(
        new ForeignImages(admit),
        new PodJudge.Listing() {
          @Override
          public Set<String> missing(String namespace, Set<String> refs) {
            return Set.copyOf(refs);
          }

          @Override
          public void enter(String namespace, Set<String> refs) {
            entered.incrementAndGet();
          }
        },
        told::add,
        clock);
  }

  @Test
  void anImageIsLookedAtAndToldAndNotEntered() {
    List<JsonNode> answers = new ArrayList<>();
    UnaryOperator<JsonNode> pods =
        review -> {
          JsonNode answer = judge().review(review);
          answers.add(answer);
          return answer;
        };
    UnaryOperator<JsonNode> resources =
        review -> {
          JsonNode answer = Judge.review(review);
          answers.add(answer);
          return answer;
        };
    new Rehearsal(resources, pods, IMAGE, LONG).run();

    assertThat(looked).isNotEmpty().containsOnly(IMAGE);
    assertThat(told).hasSameSizeAs(looked);
    assertThat(entered).hasValue(0);
    assertThat(answers.getFirst().at("/response/allowed").asBoolean()).isTrue();
    assertThat(answers.getLast().at("/response/status/message").asText())
        .contains(IMAGE, "dry run");
  }

  @Test
  void withoutAnImageNoneIsLookedAt() {
    AtomicInteger changes = new AtomicInteger();
    new Rehearsal(
            review -> {
              changes.incrementAndGet();
              return Judge.review(review);
            },
            review -> judge().review(review),
            "",
            LONG)
        .run();

    assertThat(changes.get()).isPositive();
    assertThat(looked).isEmpty();
  }

  @Test
  void aRefusalEndsIt() {
    NaruException silent =
        new NaruException(NaruException.Code.REGISTRY_UNREACHABLE, "nobody answers");
    new Rehearsal(
            Judge::review,
            review ->
                judge(
                        ref -> {
                          looked.add(ref);
                          throw silent;
                        })
                    .review(review),
            IMAGE,
            LONG)
        .run();

    assertThat(looked).hasSize(1);
  }

  @Test
  void aFailureEndsIt() {
    AtomicInteger asked = new AtomicInteger();
    new Rehearsal(
            _ -> {
              asked.incrementAndGet();
              throw new NaruException(NaruException.Code.ENGINE_UNREACHABLE, "no audit");
            },
            review -> judge().review(review),
            IMAGE,
            LONG)
        .run();

    assertThat(asked).hasValue(1);
    assertThat(looked).isEmpty();
  }

  @Test
  void whatTakesTooLongIsNotWaitedFor() {
    CountDownLatch never = new CountDownLatch(1);
    new Rehearsal(
            review -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return review;
            },
            review -> judge().review(review),
            IMAGE,
            Duration.ofMillis(1))
        .run();

    assertThat(never.getCount()).isEqualTo(1);
    assertThat(looked).isEmpty();
    never.countDown();
  }
}
