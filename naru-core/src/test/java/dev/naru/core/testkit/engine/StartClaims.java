package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Node;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Which members there are. */
public interface StartClaims extends EngineClaims {
  @Test
  default void groupIsAbsentBeforeItIsAppliedAndAfterItIsRemoved() {
    Group gang = bench().gang("fraud", 1, "forever");
    assertThat(engine().observe(gang.id())).isEqualTo(new Observation.Absent());
    bench().run(gang);
    engine().remove(gang.id(), Duration.ZERO);
    bench().gone(gang.id());
    assertThat(engine().observe(gang.id())).isEqualTo(new Observation.Absent());
  }

  @Test
  default void startsExactlyTheMembersNamed() {
    needs(Ability.NAMED_SHARDS);
    Group shards = bench().shards("prep", 5, "forever");
    bench().run(EngineBench.with(shards, List.of(new Member(1, 0), new Member(3, 2))));
    assertThat(bench().seen(shards.id()))
        .extracting(Replica::member)
        .containsExactly(new Member(1, 0), new Member(3, 2));
  }

  @Test
  default void tellsHandleNodeAndStartOfWhatRuns() {
    Group gang = bench().gang("fraud", 1, "forever");
    bench().run(gang);
    Replica replica = bench().replica(gang.id(), FIRST);
    assertThat(replica.handle()).isNotEmpty();
    assertThat(engine().nodes()).extracting(Node::name).contains(replica.node());
    assertThat(replica.exit()).isEmpty();
    assertThat(replica.startedAt()).isNotNull();
  }

  @Test
  default void nodesHaveSomethingToReserve() {
    assertThat(engine().nodes())
        .isNotEmpty()
        .allMatch(n -> n.cpu().millis() > 0 && n.memory().value() > 0);
  }

  @Test
  default void applyingAgainChangesNothing() {
    Group gang = bench().gang("fraud", 2, "forever");
    bench().run(gang);
    List<Replica> before = bench().seen(gang.id());
    engine().apply(gang);
    engine().apply(gang);
    bench().pass(Duration.ofMillis(300));
    assertThat(bench().seen(gang.id())).isEqualTo(before);
  }

  @Test
  default void startsWhatIsMissingAndLeavesTheOthersAlone() {
    Group service = bench().service("serve", 1, "forever");
    bench().run(service);
    Replica before = bench().replica(service.id(), FIRST);
    bench().run(EngineBench.with(service, EngineBench.members(3)));
    assertThat(bench().seen(service.id())).hasSize(3).contains(before);
  }

  @Test
  default void stopsMembersThatAreNoLongerNamed() {
    Group service = bench().service("serve", 2, "forever");
    bench().run(service);
    Replica kept = bench().replica(service.id(), FIRST);
    engine().apply(EngineBench.with(service, List.of(FIRST)));
    assertThat(bench().end(service.id(), SECOND).asked()).isTrue();
    assertThat(bench().replica(service.id(), FIRST)).isEqualTo(kept);
  }

  @Test
  default void endedMemberIsNotStartedAgain() {
    Group gang = bench().gang("fraud", 1, "exit:3");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    Replica ended = bench().replica(gang.id(), FIRST);
    engine().apply(gang);
    bench().pass(Duration.ofMillis(300));
    assertThat(bench().seen(gang.id())).containsExactly(ended);
  }

  @Test
  default void sameIndexIsStartedAgainUnderTheNextStart() {
    Group shards = bench().shards("prep", 2, "exit:3");
    engine().apply(shards);
    bench().end(shards.id(), FIRST);
    bench().end(shards.id(), SECOND);
    Member again = new Member(0, 1);
    engine().apply(EngineBench.with(shards, List.of(again, SECOND)));
    assertThat(bench().end(shards.id(), again).code()).isEqualTo(3);
    assertThat(bench().replica(shards.id(), again).handle())
        .isNotEqualTo(bench().replica(shards.id(), FIRST).handle());
  }

  @Test
  default void concurrentAppliesStartEachMemberOnce() throws InterruptedException {
    Group gang = bench().gang("fraud", 2, "print:started", "forever");
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads =
        java.util.stream.IntStream.range(0, 6)
            .mapToObj(_ ->
                Thread.ofVirtual()
                    .start(() -> {
                      try {
                        go.await();
                        engine().apply(gang);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }))
            .toList();
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    bench().line(gang.id(), FIRST, "started");
    bench().line(gang.id(), SECOND, "started");
    bench().pass(Duration.ofMillis(300));
    assertThat(bench().lines(gang.id(), FIRST)).containsExactly("started");
    assertThat(bench().lines(gang.id(), SECOND)).containsExactly("started");
  }

  @Test
  default void listsItsGroups() {
    Group gang = bench().gang("fraud", 1, "exit:0");
    Group service = bench().service("serve", 1, "forever");
    engine().apply(gang);
    engine().apply(service);
    assertThat(engine().groups()).isEqualTo(Set.of(gang.id(), service.id()));
  }

  @Test
  default void groupsOfOneNameAndOtherAttemptsAreApart() {
    Group first = bench().gang("fraud", 1, "exit:3");
    Group second = EngineBench.attempt(first, 2);
    engine().apply(first);
    bench().end(first.id(), FIRST);
    assertThat(engine().observe(second.id())).isEqualTo(new Observation.Absent());
    engine().apply(second);
    bench().end(second.id(), FIRST);
    engine().remove(first.id(), Duration.ZERO);
    bench().gone(first.id());
    assertThat(bench().phase(second.id(), FIRST)).isEqualTo(Optional.of(Replica.Phase.ENDED));
  }

  @Test
  default void groupCanBeAppliedAnewAfterItIsGone() {
    Group service = bench().service("serve", 1, "forever");
    bench().run(service);
    engine().remove(service.id(), Duration.ZERO);
    bench().gone(service.id());
    bench().run(service);
    assertThat(bench().replica(service.id(), FIRST).exit()).isEmpty();
  }

  @Test
  default void removingWhatIsAbsentDoesNothing() {
    Group gang = bench().gang("fraud", 1, "forever");
    engine().remove(gang.id(), Duration.ofSeconds(1));
    assertThat(engine().observe(gang.id())).isEqualTo(new Observation.Absent());
  }
}
