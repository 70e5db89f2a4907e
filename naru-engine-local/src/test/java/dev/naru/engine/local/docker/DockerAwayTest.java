package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Replica;
import dev.naru.core.testkit.engine.EngineBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An engine that cannot be asked is unknown, not empty; when it is back, all is as it was. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@Timeout(120)
final class DockerAwayTest {
  private static final Member FIRST = new Member(0, 0);

  @TempDir private Path folder;
  @TempDir private Path sockets;
  private CutLine line;
  private DockerBench bench;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(TestEngine.address().startsWith("unix://"), "the engine is not behind a socket");
    Path engine = Path.of(TestEngine.address().substring("unix://".length()));
    line = new CutLine(engine, sockets.resolve("cut.sock"));
    bench = new DockerBench(folder, line.address());
  }

  @AfterEach
  void close() throws IOException {
    line.cut(false);
    bench.close();
    line.close();
  }

  private void assertUnreachable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NaruException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NaruException.Code.ENGINE_UNREACHABLE);
              assertThat(e.code().exitCode()).isEqualTo(4);
              assertThat(e).hasMessageContaining("no Docker Engine at " + line.address());
            });
  }

  @Test
  void whatCannotBeAskedIsUnknownAndNothingIsStartedTwice() {
    Group gang = bench.gang("fraud", 1, "print:started", "forever");
    bench.run(gang);
    bench.line(gang.id(), FIRST, "started");
    Replica before = bench.replica(gang.id(), FIRST);
    Engine engine = bench.engine();
    line.cut(true);
    assertThat(engine.observe(gang.id())).isInstanceOf(Observation.Unknown.class);
    assertThat(engine.ask(new Question.Seal(EngineBench.output())))
        .isInstanceOf(Fact.Unknown.class);
    assertUnreachable(() -> engine.apply(gang));
    assertUnreachable(engine::nodes);
    assertUnreachable(engine::groups);
    line.cut(false);
    engine.apply(gang);
    assertThat(bench.replica(gang.id(), FIRST)).isEqualTo(before);
    assertThat(bench.lines(gang.id(), FIRST)).containsExactly("started");
  }

  @Test
  void whatHappenedMeanwhileIsFoundByTheListing() throws Exception {
    Group gang = bench.gang("fraud", 1, "await:NARU_OUTPUT/go", "exit:9");
    bench.run(gang);
    Set<GroupId> woken = ConcurrentHashMap.newKeySet();
    try (AutoCloseable _ = bench.engine().watch(woken::add)) {
      line.cut(true);
      bench.write(EngineBench.output().resolve("go"), "");
      bench.pass(java.time.Duration.ofSeconds(1));
      woken.clear();
      line.cut(false);
      bench.until("watchers are woken", () -> woken.contains(gang.id()));
    }
    Exit exit = bench.end(gang.id(), FIRST);
    assertThat(exit.code()).isEqualTo(9);
    assertThat(exit.asked()).isFalse();
  }

  @Test
  void progressGoesOnAfterTheEngineWasAway() {
    Group gang =
        bench.gang(
            "fraud",
            1,
            "progress:{\"step\":1}",
            "await:NARU_OUTPUT/go",
            "progress:{\"step\":2}",
            "forever");
    bench.run(gang);
    bench.until("step 1 is seen", () -> step(gang) == 1);
    line.cut(true);
    assertThat(bench.engine().observe(gang.id())).isInstanceOf(Observation.Unknown.class);
    line.cut(false);
    bench.write(EngineBench.output().resolve("go"), "");
    bench.until("step 2 is seen", () -> step(gang) == 2);
  }

  private long step(Group group) {
    return bench.engine().observe(group.id()) instanceof Observation.Seen seen
        ? seen.replica(FIRST).flatMap(Replica::progress).map(p -> p.step()).orElse(0L)
        : 0;
  }
}
