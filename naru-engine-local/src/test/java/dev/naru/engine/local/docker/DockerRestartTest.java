package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.testkit.engine.EngineBench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is seen of an engine that dies and is started again. It must be the test bed's own, and
 * nobody else may be using it: hence a variable that asks for this.
 */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@EnabledIfEnvironmentVariable(
    named = "NARU_TESTBED_RESTARTS",
    matches = "1",
    disabledReason = "the engine may be in use: NARU_TESTBED_RESTARTS=1 says that it is not")
@Timeout(180)
final class DockerRestartTest {
  private static final Member FIRST = new Member(0, 0);

  @TempDir private Path folder;
  private DockerBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new DockerBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static void testbed(String word) throws Exception {
    Process script =
        new ProcessBuilder("../testbed/docker", word)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(script.waitFor()).as("testbed/docker " + word).isZero();
  }

  @Test
  void killedEngineIsUnknownAndThenTellsHowEverythingEnded() throws Exception {
    Group gang = EngineBench.linked(bench.gang("fraud", 2, "print:up", "forever"));
    Group done = bench.gang("done", 1, "exit:64");
    Group service = bench.service("serve", 1, "listen:0.0.0.0", "print:up", "forever");
    bench.run(gang);
    bench.run(service);
    bench.engine().apply(done);
    Exit before = bench.end(done.id(), FIRST);
    bench.line(gang.id(), FIRST, "up");
    testbed("kill");
    bench.until(
        "the engine is away",
        () -> bench.engine().observe(gang.id()) instanceof Observation.Unknown);
    testbed("up");
    bench.until("it is back", () -> bench.engine().observe(gang.id()) instanceof Observation.Seen);
    assertThat(bench.replica(done.id(), FIRST).exit()).contains(before);
    for (Group group : java.util.List.of(gang, service)) {
      Exit exit = bench.end(group.id(), FIRST);
      assertThat(exit.asked()).isFalse();
      assertThat(exit.code()).isIn(137, 143);
    }
    Group next =
        EngineBench.attempt(EngineBench.linked(bench.gang("fraud", 2, "meet", "forever")), 2);
    bench.run(next);
    bench.line(next.id(), FIRST, "met");
    Member again = new Member(0, 1);
    bench.run(EngineBench.with(service, java.util.List.of(again)));
    bench.line(service.id(), again, "listening");
    String address = bench.replica(service.id(), again).address().orElseThrow();
    assertThat(bench.answers(address)).isTrue();
    assertThat(bench.phase(service.id(), again)).contains(Replica.Phase.RUNNING);
  }
}
