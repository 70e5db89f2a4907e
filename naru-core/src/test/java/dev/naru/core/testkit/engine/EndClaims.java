package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How members end, by themselves and by others. */
public interface EndClaims extends EngineClaims {
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 64})
  default void exitCodeIsTold(int code) {
    Group gang = bench().gang("fraud", 1, "exit:" + code);
    engine().apply(gang);
    Exit exit = bench().end(gang.id(), FIRST);
    assertThat(exit.code()).isEqualTo(code);
    assertThat(exit.cause()).isEqualTo(Exit.Cause.EXITED);
    assertThat(exit.asked()).isFalse();
  }

  @Test
  default void endBySignalIs128AndItsNumber() {
    Group gang = bench().gang("fraud", 1, "die");
    engine().apply(gang);
    Exit exit = bench().end(gang.id(), FIRST);
    assertThat(exit.code()).isEqualTo(137);
    assertThat(exit.cause()).isEqualTo(Exit.Cause.EXITED);
    assertThat(exit.asked()).isFalse();
  }

  @Test
  default void killedMemberWasNotAsked() {
    Group gang = bench().gang("fraud", 2, "forever");
    bench().run(gang);
    engine().kill(gang.id(), 1);
    Exit exit = bench().end(gang.id(), SECOND);
    assertThat(exit.code()).isEqualTo(137);
    assertThat(exit.asked()).isFalse();
  }

  @Test
  default void otherRanksRunOnWhenOneWasKilled() {
    needs(Ability.LONE_ENDS);
    Group gang = bench().gang("fraud", 2, "forever");
    bench().run(gang);
    engine().kill(gang.id(), 1);
    bench().end(gang.id(), SECOND);
    bench().pass(Duration.ofMillis(200));
    assertThat(bench().phase(gang.id(), FIRST)).isEqualTo(Optional.of(Replica.Phase.RUNNING));
  }

  @Test
  default void otherShardsRunOnWhenOneWasKilled() {
    Group shards = bench().shards("prep", 2, "forever");
    bench().run(shards);
    engine().kill(shards.id(), 1);
    assertThat(bench().end(shards.id(), SECOND).code()).isEqualTo(137);
    bench().pass(Duration.ofMillis(200));
    assertThat(bench().phase(shards.id(), FIRST)).isEqualTo(Optional.of(Replica.Phase.RUNNING));
  }

  @Test
  default void memberThatIsAskedEndsWith143() {
    Group service = bench().service("serve", 1, "print:up", "forever");
    bench().run(service);
    bench().line(service.id(), FIRST, "up");
    engine().apply(EngineBench.with(service, List.of()));
    Exit exit = bench().end(service.id(), FIRST);
    assertThat(exit.code()).isEqualTo(143);
    assertThat(exit.asked()).isTrue();
  }

  @Test
  default void memberMayFinishItsWorkWithinTheGrace() {
    Group service =
        bench().service("serve", 1, "term:0:NARU_OUTPUT/last-words", "print:up", "forever");
    bench().run(service);
    bench().line(service.id(), FIRST, "up");
    engine().apply(EngineBench.with(service, List.of()));
    Exit exit = bench().end(service.id(), FIRST);
    assertThat(exit.code()).isZero();
    assertThat(exit.asked()).isTrue();
    assertThat(bench().read(EngineBench.output().resolve("last-words"))).contains("terminated");
  }

  @Test
  default void memberThatIgnoresTheAskingIsKilledAfterTheGraceWithItsChildren() {
    Group service =
        EngineBench.grace(
            bench()
                .service(
                    "serve",
                    1,
                    "term:ignore",
                    "spawn:beat:NARU_OUTPUT/child",
                    "await:NARU_OUTPUT/child",
                    "print:up",
                    "forever"),
            Duration.ofSeconds(1));
    bench().run(service);
    bench().line(service.id(), FIRST, "up");
    engine().apply(EngineBench.with(service, List.of()));
    bench().pass(Duration.ofMillis(300));
    assertThat(bench().phase(service.id(), FIRST)).isEqualTo(Optional.of(Replica.Phase.STOPPING));
    Exit exit = bench().end(service.id(), FIRST);
    assertThat(exit.code()).isEqualTo(137);
    assertThat(exit.asked()).isTrue();
    assertStill(EngineBench.output().resolve("child"));
  }

  @Test
  default void childrenOfAMemberThatEndedAreKilled() {
    Group gang =
        bench()
            .gang("fraud", 1, "spawn:beat:NARU_OUTPUT/child", "await:NARU_OUTPUT/child", "exit:0");
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    assertStill(EngineBench.output().resolve("child"));
  }

  /** Nobody writes to that file any more. */
  private void assertStill(Location file) {
    bench().pass(Duration.ofMillis(50));
    Optional<String> before = bench().read(file);
    bench().pass(Duration.ofMillis(200));
    assertThat(before).isPresent().isEqualTo(bench().read(file));
  }

  @Test
  default void removalWithoutGraceKillsAtOnce() {
    Group gang = bench().gang("fraud", 2, "term:ignore", "print:up", "forever");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "up");
    engine().remove(gang.id(), Duration.ZERO);
    bench().gone(gang.id());
    assertThat(engine().groups()).isEmpty();
  }

  @Test
  default void removedMembersAreStoppingUntilTheyHaveEnded() {
    Group gang = bench().gang("fraud", 1, "term:143:NARU_OUTPUT/words", "print:up", "forever");
    Group stubborn = bench().gang("credit", 1, "term:ignore", "print:up", "forever");
    for (Group group : List.of(gang, stubborn)) {
      bench().run(group);
      bench().line(group.id(), FIRST, "up");
      engine().remove(group.id(), Duration.ofSeconds(5));
    }
    assertThat(bench().phase(stubborn.id(), FIRST)).isEqualTo(Optional.of(Replica.Phase.STOPPING));
    bench().gone(gang.id());
    assertThat(bench().read(EngineBench.output().resolve("words"))).contains("terminated");
    engine().remove(stubborn.id(), Duration.ZERO);
    bench().gone(stubborn.id());
  }

  @Test
  default void memberThatEndedByItselfWasNotAsked() {
    needs(Ability.ENDED_REPLICAS);
    Group service = bench().service("serve", 1, "exit:0");
    engine().apply(service);
    Exit before = bench().end(service.id(), FIRST);
    engine().apply(EngineBench.with(service, List.of()));
    bench().pass(Duration.ofMillis(200));
    assertThat(bench().phase(service.id(), FIRST)).isEqualTo(Optional.of(Replica.Phase.ENDED));
    assertThat(bench().replica(service.id(), FIRST).exit()).contains(before);
    assertThat(before.asked()).isFalse();
  }

  @Test
  default void groupThatIsBeingRemovedIsNotAppliedAnew() {
    Group gang = bench().gang("fraud", 1, "term:ignore", "print:up", "forever");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "up");
    engine().remove(gang.id(), Duration.ofSeconds(5));
    assertThatThrownBy(() -> engine().apply(gang))
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(NaruException.Code.CONFLICT));
    engine().remove(gang.id(), Duration.ZERO);
    bench().gone(gang.id());
  }

  @Test
  default void whatDoesNotRunCannotBeKilled() {
    Group gang = bench().gang("fraud", 1, "exit:0");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    assertThatThrownBy(() -> engine().kill(gang.id(), 0))
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(NaruException.Code.NOT_FOUND));
  }

  @Test
  default void endsAreRememberedWhileOthersRunOn() {
    Group shards = bench().shards("prep", 2, "await:NARU_OUTPUT/go", "exit:7");
    bench().run(shards);
    engine().kill(shards.id(), 0);
    Exit first = bench().end(shards.id(), FIRST);
    bench().write(EngineBench.output().resolve("go"), "");
    assertThat(bench().end(shards.id(), SECOND).code()).isEqualTo(7);
    assertThat(bench().replica(shards.id(), FIRST).exit()).contains(first);
  }

  @Test
  default void memoryLimitIsToldApart() {
    assumeTrue(
        engine().features().enforcesLimits(),
        "this machine lets nobody limit memory; each workload has that line in `plan`");
    Group gang = bench().gang("fraud", 1, "spawn:fill:64", "fill:64", "sleep:10000", "exit:0");
    engine().apply(gang);
    Exit exit = bench().end(gang.id(), FIRST);
    assertThat(exit.cause()).as(exit.toString()).isEqualTo(Exit.Cause.OUT_OF_MEMORY);
  }

  @Test
  default void watchersAreWokenByAnEnd() throws Exception {
    assertThat(wokenByAnEnd(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  default void watchersAreWokenWithinASecondOfAnEnd() throws Exception {
    needs(Ability.PROMPT_ENDS);
    assertThat(wokenByAnEnd(Duration.ofSeconds(1))).isTrue();
  }

  private boolean wokenByAnEnd(Duration within) throws Exception {
    Group service = bench().service("serve", 1, "await:NARU_OUTPUT/go", "exit:1");
    bench().run(service);
    Set<GroupId> woken = ConcurrentHashMap.newKeySet();
    Duration step = Duration.ofMillis(10);
    try (AutoCloseable _ = engine().watch(woken::add)) {
      bench().pass(Duration.ofMillis(200));
      woken.clear();
      bench().write(EngineBench.output().resolve("go"), "");
      Duration waited = Duration.ZERO;
      while (!woken.contains(service.id()) && waited.compareTo(within) < 0) {
        bench().pass(step);
        waited = waited.plus(step);
      }
      return woken.contains(service.id());
    }
  }
}
