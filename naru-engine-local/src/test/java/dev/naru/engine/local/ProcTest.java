package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcTest {
  @Test
  void programsMayHaveAnyName() {
    String line =
        "41 (a) b (c)) S 1 41 40 0 -1 4194304 170 0 0 0 3 4 5 6 20 0 1 0 184864 2654208 401 0 0";
    assertThat(Proc.parse(line))
        .contains(new Proc.Stat(41, 'S', 40, Duration.ofMillis(180), 184864));
  }

  @Test
  void lineThatIsNotWholeSaysNothing() {
    assertThat(Proc.parse("41 (sh) S 1 41")).isEmpty();
    assertThat(Proc.parse("")).isEmpty();
  }

  @Test
  void sameNumberAtAnotherTimeIsAnotherProcess() throws IOException {
    Proc proc = new Proc(Path.of("/proc"));
    long own = ProcessHandle.current().pid();
    long ticks = proc.stat(own).orElseThrow().ticks();
    assertThat(proc.alive(new ProcId(own, ticks, proc.bootId()))).isTrue();
    assertThat(proc.alive(new ProcId(own, ticks + 1, proc.bootId()))).isFalse();
    assertThat(proc.reused(new ProcId(own, ticks + 1, proc.bootId()))).isTrue();
    assertThat(proc.alive(new ProcId(own, ticks, "another boot"))).isFalse();
  }

  @Test
  void readsOnlyWholeIdentities() {
    ProcId id = new ProcId(12, 345, "boot");
    assertThat(ProcId.parse(id.line())).contains(id);
    assertThat(ProcId.parse("12 345 bo")).isEmpty();
    assertThat(ProcId.parse("12 345\n")).isEmpty();
    assertThat(ProcId.parse("")).isEmpty();
  }
}
