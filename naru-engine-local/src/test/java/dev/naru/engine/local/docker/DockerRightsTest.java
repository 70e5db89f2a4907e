package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What containers may do and use, and what is told when they try more. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@Timeout(120)
final class DockerRightsTest {
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

  private InspectContainerResponse inspect(Group group) {
    String id = bench.container(group.id(), FIRST);
    return bench.api().call("look", client -> client.inspectContainerCmd(id).exec());
  }

  @Test
  void containersHaveNoRightsAndHardLimits() {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.run(gang);
    InspectContainerResponse container = inspect(gang);
    HostConfig host = container.getHostConfig();
    assertThat(container.getConfig().getUser()).isEqualTo("65532:65532");
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
    assertThat(host.getPidsLimit()).isEqualTo(256);
    assertThat(host.getMemory()).isEqualTo(96L << 20).isEqualTo(host.getMemorySwap());
    assertThat(host.getCpuShares()).isEqualTo(102);
    assertThat(host.getNanoCPUs()).isZero();
    assertThat(host.getNetworkMode()).isEqualTo("none");
    assertThat(host.getInit()).isTrue();
    assertThat(host.getRestartPolicy().getName()).isIn("no", "");
    assertThat(host.getLogConfig().getConfig()).containsEntry("max-size", "10m");
    assertThat(Objects.requireNonNull(host.getTmpFs()).get("/tmp"))
        .contains("exec", "size=", "nosuid");
    assertThat(host.getPrivileged()).isFalse();
  }

  @Test
  void kernelSaysSoToo() throws IOException {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.run(gang);
    Long pid = inspect(gang).getState().getPidLong();
    List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
    assertThat(status)
        .contains("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2")
        .anyMatch(l -> l.startsWith("Uid:\t65532\t65532"));
    assertThat(Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")))
        .anyMatch(l -> l.split(" ", -1)[4].equals("/") && l.split(" ", -1)[5].startsWith("ro"));
  }

  @Test
  void outOfMemoryOfAChildIsNotTheEndOfTheProgram() {
    Group gang =
        bench.gang(
            "fraud",
            1,
            "spawn:bait:20",
            "spawn:bait:20",
            "spawn:bait:20",
            "print:spawned",
            "await:NARU_OUTPUT/go",
            "exit:3");
    bench.engine().apply(gang);
    bench.until(
        "something in it was out of memory",
        () -> Boolean.TRUE.equals(inspect(gang).getState().getOOMKilled()) || oomKills(gang) > 0);
    bench.write(dev.naru.core.testkit.engine.EngineBench.output().resolve("go"), "");
    Exit exit = bench.end(gang.id(), FIRST);
    assertThat(exit.code()).isEqualTo(3);
    assertThat(exit.cause()).isEqualTo(Exit.Cause.EXITED);
  }

  /** The engine tells of it only at the end; the kernel counts. */
  private long oomKills(Group group) {
    String id = inspect(group).getId();
    for (String file :
        List.of(
            "/sys/fs/cgroup/memory/docker/" + id + "/memory.oom_control",
            "/sys/fs/cgroup/docker/" + id + "/memory.events",
            "/sys/fs/cgroup/system.slice/docker-" + id + ".scope/memory.events")) {
      try {
        return Files.readAllLines(Path.of(file)).stream()
            .filter(l -> l.startsWith("oom_kill "))
            .mapToLong(l -> Long.parseLong(l.substring("oom_kill ".length())))
            .sum();
      } catch (IOException e) {
        // Another kind of cgroups.
        assertThat(e).hasMessageContaining(id);
      }
    }
    return 0;
  }

  @Test
  void commandThatIsMissingIsAnEndInWords() {
    bench.replaceImage(List.of("/no/such/program"));
    Group shards = bench.shards("prep", 1, "exit:0");
    bench.engine().apply(shards);
    Exit exit = bench.end(shards.id(), FIRST);
    assertThat(exit.code()).isEqualTo(127);
    assertThat(exit.asked()).isFalse();
    Replica replica = bench.replica(shards.id(), FIRST);
    assertThat(replica.message()).contains("/no/such/program");
    bench.engine().apply(shards);
    bench.pass(java.time.Duration.ofSeconds(2));
    assertThat(bench.replica(shards.id(), FIRST)).isEqualTo(replica);
  }

  @Test
  void capIsACapAndReservationAWeight() {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.engine().apply(DockerGroups.capped(gang, 1500));
    HostConfig host = inspect(gang).getHostConfig();
    assertThat(host.getNanoCPUs()).isEqualTo(1_500_000_000L);
    assertThat(Optional.ofNullable(host.getCpuShares())).contains(102);
  }
}
