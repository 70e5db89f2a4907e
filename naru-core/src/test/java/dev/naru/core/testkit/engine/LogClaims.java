package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.LogQuery;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What members say and use. */
public interface LogClaims extends EngineClaims {
  @Test
  default void logHasTheLinesOfBothStreamsInOrder() {
    Group gang =
        bench()
            .gang(
                "fraud",
                1,
                "print:one",
                "print:세 번째",
                "sleep:50",
                "err:two",
                "err:",
                "sleep:50",
                "print:five");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    assertThat(bench().lines(gang.id(), FIRST)).containsExactly("one", "세 번째", "two", "", "five");
  }

  @Test
  default void linesOfOneStreamKeepTheirOrder() {
    Group gang =
        bench().gang("fraud", 1, "print:one", "err:a", "print:two", "err:b", "print:three");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    assertThat(bench().lines(gang.id(), FIRST))
        .hasSize(5)
        .containsSubsequence("one", "two", "three")
        .containsSubsequence("a", "b");
  }

  @Test
  default void linesOfBothStreamsKeepTheirOrderHoweverQuickly() {
    needs(Ability.ORDER_OF_STREAMS);
    Group gang =
        bench().gang("fraud", 1, "print:one", "err:two", "print:three", "err:four", "print:five");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    assertThat(bench().lines(gang.id(), FIRST))
        .containsExactly("one", "two", "three", "four", "five");
  }

  @Test
  default void tailGivesTheLastLines() {
    Group gang = bench().gang("fraud", 1, "print:one", "print:two", "print:three");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    List<String> lines = new CopyOnWriteArrayList<>();
    engine().logs(new LogQuery(gang.id(), FIRST, 2, false), lines::add);
    assertThat(lines).containsExactly("two", "three");
    lines.clear();
    engine().logs(new LogQuery(gang.id(), FIRST, 0, false), lines::add);
    assertThat(lines).isEmpty();
  }

  @Test
  default void followedLogEndsWithItsMember() throws InterruptedException {
    Group gang =
        bench().gang("fraud", 1, "print:early", "await:NARU_OUTPUT/go", "print:late", "exit:0");
    engine().apply(gang);
    bench().line(gang.id(), FIRST, "early");
    List<String> lines = new CopyOnWriteArrayList<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> engine().logs(new LogQuery(gang.id(), FIRST, -1, true), lines::add));
    bench().until("the first line is read", () -> lines.contains("early"));
    assertThat(reader.isAlive()).isTrue();
    bench().write(EngineBench.output().resolve("go"), "");
    bench().until("the reading has ended", () -> !reader.isAlive());
    reader.join();
    assertThat(lines).containsExactly("early", "late");
  }

  @Test
  default void readingStopsWhenTheReaderHasEnough() {
    Group gang = bench().gang("fraud", 1, "print:one", "print:two", "forever");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "two");
    List<String> lines = new CopyOnWriteArrayList<>();
    engine()
        .logs(
            new LogQuery(gang.id(), FIRST, -1, true),
            line -> {
              lines.add(line);
              return false;
            });
    assertThat(lines).containsExactly("one");
  }

  @Test
  default void veryLongLineComesInPieces() {
    Group gang = bench().gang("fraud", 1, "long:300000", "print:after");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    List<String> lines = bench().lines(gang.id(), FIRST);
    assertThat(lines).last().isEqualTo("after");
    assertThat(lines).allMatch(l -> l.length() <= 70_000);
    assertThat(String.join("", lines)).isEqualTo("x".repeat(300_000) + "after");
  }

  @Test
  default void newestProgressLineIsTold() {
    Group gang =
        bench()
            .gang(
                "fraud",
                1,
                "progress:{\"step\":1,\"total\":10}",
                "progress:{\"step\":4,\"total\":10,\"metrics\":{\"auc\":0.93}}",
                "progress:{\"step\":\"many\"}",
                "progress:not json",
                "print:naru:progressive",
                "exit:0");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    Progress progress = bench().replica(gang.id(), FIRST).progress().orElseThrow();
    assertThat(progress.step()).isEqualTo(4);
    assertThat(progress.total()).isEqualTo(Optional.of(10L));
    assertThat(progress.metrics()).isEqualTo(new TreeMap<>(Map.of("auc", 0.93)));
  }

  @Test
  default void progressIsToldWhileItRuns() {
    Group gang = bench().gang("fraud", 1, "progress:{\"step\":5}", "forever");
    bench().run(gang);
    bench()
        .until(
            "progress is seen",
            () ->
                bench()
                    .replica(gang.id(), FIRST)
                    .progress()
                    .filter(p -> p.step() == 5)
                    .isPresent());
    assertThat(bench().replica(gang.id(), FIRST).exit()).isEmpty();
  }

  @Test
  default void usedProcessorTimeOfABusyMemberGrows() {
    Group gang = bench().gang("fraud", 1, "print:up", "burn:60000");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "up");
    bench().until("its use is told", () -> usage().isPresent());
    Usage.OfReplica first = usage().orElseThrow();
    assertThat(first.memory().value()).isPositive();
    assertThat(engine().nodes()).anyMatch(n -> n.name().equals(first.node()));
    bench()
        .until(
            "it has used 200 ms more",
            () -> usage().filter(u -> u.cpu().minus(first.cpu()).toMillis() >= 200).isPresent());
    assertThat(engine().usage().nodes())
        .allMatch(n -> n.cpu().isPositive() && n.memory().value() > 0);
  }

  private Optional<Usage.OfReplica> usage() {
    return engine().usage().replicas().stream().filter(u -> u.member().equals(FIRST)).findFirst();
  }

  @Test
  default void logOfRemovedGroupCanStillBeRead() {
    Group gang = bench().gang("fraud", 1, "print:last words", "exit:3");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    engine().remove(gang.id(), Duration.ZERO);
    bench().until("it is absent", () -> engine().observe(gang.id()) instanceof Observation.Absent);
    assertThat(bench().lines(gang.id(), FIRST)).containsExactly("last words");
  }
}
