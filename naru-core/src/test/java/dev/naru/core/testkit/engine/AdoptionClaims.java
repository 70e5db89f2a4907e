package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What outlives an engine: everything. */
public interface AdoptionClaims extends EngineClaims {
  @Test
  default void nextEngineAdoptsWhatRunsAndStartsNothingTwice() {
    Group gang = bench().gang("fraud", 2, "print:started", "forever");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "started");
    List<Replica> before = bench().seen(gang.id());
    bench().letGo();
    assertThat(bench().seen(gang.id())).isEqualTo(before);
    engine().apply(gang);
    bench().pass(Duration.ofMillis(300));
    assertThat(bench().seen(gang.id())).isEqualTo(before);
    assertThat(bench().lines(gang.id(), FIRST)).containsExactly("started");
  }

  @Test
  default void nextEngineKnowsHowAMemberEndedMeanwhile() {
    Group gang =
        bench().gang("fraud", 1, "await:NARU_OUTPUT/go", "write:NARU_OUTPUT/done=yes", "exit:9");
    bench().run(gang);
    bench().letGo();
    bench().write(EngineBench.output().resolve("go"), "");
    bench()
        .until(
            "it has done its work alone",
            () -> bench().read(EngineBench.output().resolve("done")).isPresent());
    bench().pass(Duration.ofMillis(300));
    Exit exit = bench().end(gang.id(), FIRST);
    assertThat(exit.code()).isEqualTo(9);
    assertThat(exit.cause()).isEqualTo(Exit.Cause.EXITED);
    assertThat(exit.asked()).isFalse();
  }

  @Test
  default void nextEngineGoesOnWithAStop() {
    Group service =
        EngineBench.grace(
            bench().service("serve", 1, "term:ignore", "print:up", "forever"),
            Duration.ofSeconds(1));
    bench().run(service);
    bench().line(service.id(), FIRST, "up");
    engine().apply(EngineBench.with(service, List.of()));
    bench().letGo();
    bench().pass(Duration.ofMillis(100));
    Exit exit = bench().end(service.id(), FIRST);
    assertThat(exit.code()).isEqualTo(137);
    assertThat(exit.asked()).isTrue();
  }

  @Test
  default void nextEngineGoesOnWithARemoval() {
    Group gang = bench().gang("fraud", 1, "term:ignore", "print:up", "forever");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "up");
    engine().remove(gang.id(), Duration.ofMillis(500));
    bench().letGo();
    bench().gone(gang.id());
    assertThat(engine().groups()).isEmpty();
  }

  @Test
  default void nextEngineTellsTheSameAddressesAndProgress() {
    Group service = bench().service("serve", 1, bench().listen(), "print:up", "forever");
    Group gang = bench().gang("fraud", 1, "progress:{\"step\":7}", "print:up", "forever");
    for (Group group : List.of(service, gang)) {
      bench().run(group);
      bench().line(group.id(), FIRST, "up");
    }
    Optional<String> address = bench().replica(service.id(), FIRST).address();
    bench().letGo();
    assertThat(bench().replica(service.id(), FIRST).address()).isEqualTo(address).isPresent();
    assertThat(bench().answers(address.orElseThrow())).isTrue();
    bench()
        .until(
            "its progress is told",
            () ->
                bench()
                    .replica(gang.id(), FIRST)
                    .progress()
                    .filter(p -> p.step() == 7)
                    .isPresent());
  }
}
