package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Usage;
import dev.naru.core.testkit.engine.EngineBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ordinary user's machine: no cgroup can be made, the session must do. */
final class WithoutCgroupsTest {
  private static final Member FIRST = new Member(0, 0);

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private ProcessBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new ProcessBench(folder, s -> s.withCgroups(false));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void limitsAreNotEnforcedAndThatIsSaid() {
    assertThat(bench.engine().features().enforcesLimits()).isFalse();
  }

  @Test
  void childrenAreKilledBySession() {
    Group gang =
        bench.gang(
            "fraud", 1, "spawn:beat:NARU_OUTPUT/child", "await:NARU_OUTPUT/child", "forever");
    bench.run(gang);
    bench.until(
        "the child beats", () -> bench.read(EngineBench.output().resolve("child")).isPresent());
    bench.engine().kill(gang.id(), 0);
    assertThat(bench.end(gang.id(), FIRST).code()).isEqualTo(137);
    bench.pass(Duration.ofMillis(50));
    Optional<String> before = bench.read(EngineBench.output().resolve("child"));
    bench.pass(Duration.ofMillis(200));
    assertThat(bench.read(EngineBench.output().resolve("child"))).isEqualTo(before);
  }

  @Test
  void useIsThatOfTheSession() {
    Group gang = bench.gang("fraud", 1, "burn:60000");
    bench.run(gang);
    bench.until(
        "it has used 100 ms",
        () ->
            bench.engine().usage().replicas().stream()
                .map(Usage.OfReplica::cpu)
                .anyMatch(cpu -> cpu.toMillis() >= 100));
    assertThat(bench.engine().usage().replicas()).allMatch(r -> r.memory().value() > 1 << 20);
  }

  @Test
  void processThatHasTheNumberByNowIsNotSignalled() throws Exception {
    Process other = new ProcessBuilder("/bin/sleep", "60").start();
    try {
      Group gang = bench.gang("fraud", 1, "forever");
      bench.run(gang);
      MemberDir dir = new GroupStore(new Layout(bench.home())).member(gang.id(), FIRST);
      ProcId workload = dir.workload().orElseThrow();
      Files.writeString(
          dir.path().resolve("pid"), new ProcId(other.pid(), 1, workload.boot()).line());
      bench.engine().remove(gang.id(), Duration.ZERO);
      bench.pass(Duration.ofMillis(300));
      assertThat(other.isAlive()).isTrue();
      ProcessHandle.of(workload.pid()).orElseThrow().destroyForcibly();
      bench.gone(gang.id());
    } finally {
      other.destroyForcibly();
    }
  }
}
