package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Replica;
import dev.naru.core.engine.Template;
import dev.naru.core.testkit.engine.EngineBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is true of plain processes beside the contract: parents, pids, boots. */
final class ProcessReplicasTest {
  private static final Member FIRST = new Member(0, 0);

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private ProcessBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new ProcessBench(folder, s -> s);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private MemberDir dir(GroupId id) {
    return new GroupStore(new Layout(bench.home())).member(id, FIRST);
  }

  private ProcId parent(GroupId id) throws IOException {
    return ((MemberDir.Claim.By) dir(id).claim()).parent();
  }

  private static void kill(ProcId process) {
    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
  }

  @Test
  void replicaAndItsParentHaveSessionsOfTheirOwn() throws IOException {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.run(gang);
    Proc proc = new Proc(Path.of("/proc"));
    ProcId workload = dir(gang.id()).workload().orElseThrow();
    ProcId parent = parent(gang.id());
    bench.until(
        "the replica has its session",
        () -> proc.stat(workload.pid()).orElseThrow().session() == workload.pid());
    assertThat(proc.stat(parent.pid()).orElseThrow().session()).isEqualTo(parent.pid());
    assertThat(bench.replica(gang.id(), FIRST).handle()).isEqualTo(Long.toString(workload.pid()));
  }

  @Test
  void replicaWithoutParentRunsOnAndItsEndIsLost() throws IOException {
    Group gang = bench.gang("fraud", 1, "tmp", "forever");
    bench.run(gang);
    String temporary = bench.env(gang.id(), FIRST, "tmp");
    kill(parent(gang.id()));
    bench.pass(Duration.ofMillis(200));
    assertThat(bench.phase(gang.id(), FIRST)).contains(Replica.Phase.RUNNING);
    kill(dir(gang.id()).workload().orElseThrow());
    Exit exit = bench.end(gang.id(), FIRST);
    assertThat(exit.cause()).isEqualTo(Exit.Cause.LOST);
    assertThat(exit.code()).isEqualTo(-1);
    assertThat(exit.asked()).isFalse();
    assertThat(Files.exists(Path.of(temporary))).isFalse();
    bench.letGo();
    assertThat(bench.replica(gang.id(), FIRST).exit()).contains(exit);
  }

  @Test
  void replicasOfAnotherBootAreLost() throws IOException {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.run(gang);
    MemberDir dir = dir(gang.id());
    ProcId workload = dir.workload().orElseThrow();
    ProcId parent = parent(gang.id());
    kill(parent);
    String boot = "00000000-0000-0000-0000-000000000000";
    Files.writeString(dir.parentFile(), new ProcId(parent.pid(), parent.ticks(), boot).line());
    Files.writeString(
        dir.path().resolve("pid"), new ProcId(workload.pid(), workload.ticks(), boot).line());
    assertThat(bench.end(gang.id(), FIRST).cause()).isEqualTo(Exit.Cause.LOST);
    // Of that name and number there is a process in this boot: it is none of ours.
    assertThat(ProcessHandle.of(workload.pid())).isPresent();
    kill(workload);
  }

  @Test
  void intentOfADeadEngineIsCarriedOut() throws IOException {
    Group gang = bench.gang("fraud", 1, "write:NARU_OUTPUT/ran=yes", "exit:0");
    bench.letGo();
    new GroupStore(new Layout(bench.home()))
        .write(new GroupFile(gang, new TreeMap<>(), 23_001, false));
    assertThat(bench.engine().groups()).containsExactly(gang.id());
    assertThat(bench.end(gang.id(), FIRST).code()).isZero();
  }

  @Test
  void twoEnginesOfOneHomeStartEachMemberOnce() throws Exception {
    Group gang = bench.gang("fraud", 1, "print:started", "forever");
    try (Engine second = new ProcessEngine(bench.settings())) {
      Thread other = Thread.ofVirtual().start(() -> second.apply(gang));
      bench.engine().apply(gang);
      other.join();
      bench.line(gang.id(), FIRST, "started");
      bench.pass(Duration.ofMillis(300));
      assertThat(bench.lines(gang.id(), FIRST)).containsExactly("started");
      assertThat(second.observe(gang.id())).isEqualTo(bench.engine().observe(gang.id()));
    }
  }

  @Test
  void memberThatWasNeverStartedIsNeverStartedAfterItWasAskedToStop() throws IOException {
    Group gang = bench.gang("fraud", 1, "write:NARU_OUTPUT/ran=yes", "exit:0");
    bench.letGo();
    GroupStore store = new GroupStore(new Layout(bench.home()));
    store.write(new GroupFile(gang, new TreeMap<>(), 23_001, false));
    MemberDir dir = store.member(gang.id(), FIRST);
    Files.createDirectories(dir.path());
    dir.ask(Instant.now());
    Exit exit = bench.end(gang.id(), FIRST);
    assertThat(exit.code()).isEqualTo(143);
    assertThat(exit.asked()).isTrue();
    assertThat(bench.read(EngineBench.output().resolve("ran"))).isEmpty();
  }

  @Test
  void endsAreNoticedAtOnceWithoutAsking() throws Exception {
    Group service = bench.service("serve", 1, "forever");
    bench.run(service);
    Set<GroupId> woken = ConcurrentHashMap.newKeySet();
    try (AutoCloseable _ = bench.engine().watch(woken::add)) {
      bench.pass(Duration.ofMillis(300));
      woken.clear();
      long before = System.nanoTime();
      kill(dir(service.id()).workload().orElseThrow());
      bench.until("the watcher is woken", () -> !woken.isEmpty());
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      // Measured: 10 to 30 ms, as the exit code is a file that the system tells of.
      assertThat(took).isLessThan(Duration.ofMillis(900));
    }
  }

  @Test
  void olderEndsOfAServiceAreForgotten() {
    Group service = bench.service("serve", 0, "exit:0");
    Group missing =
        new Group(service.id(), service.kind(), withoutImage(service), List.of(), List.of());
    for (int start = 0; start < 40; start++) {
      bench.engine().apply(EngineBench.with(missing, List.of(new Member(0, start))));
    }
    List<Replica> left = bench.seen(service.id());
    assertThat(left).hasSizeBetween(30, 34);
    assertThat(left.getLast().member()).isEqualTo(new Member(0, 39));
    assertThat(left.getLast().exit().orElseThrow().code()).isEqualTo(78);
    assertThat(left.getLast().message()).contains("no kept copy of image");
  }

  private static Template withoutImage(Group group) {
    Template t = group.template();
    var image = (Program.OfImage) t.program();
    return new Template(
        new Program.OfImage("sha256:" + "0".repeat(64), image.runtime(), image.command()),
        t.env(),
        t.dirs(),
        t.resources(),
        t.limits(),
        t.grace(),
        t.port(),
        t.worldSize());
  }
}
