package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.spec.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A program in a container tries to break each rule, and what it cannot even begin to do. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@Timeout(120)
final class DockerBreakoutTest {
  private static final Member FIRST = new Member(0, 0);
  private static final int MEMORY_MIB = 256;

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

  private static void breaker(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, Breaker.class.getName());
    main.putValue("Enable-Native-Access", "ALL-UNNAMED");
    String name = Breaker.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream in = Breaker.class.getResourceAsStream("/" + name)) {
      out.putNextEntry(new JarEntry(name));
      Objects.requireNonNull(in).transferTo(out);
    }
  }

  private Map<String, String> tried(Group gang) {
    bench.run(gang);
    bench.line(gang.id(), FIRST, "done");
    Map<String, String> tried = new HashMap<>();
    for (String line : bench.lines(gang.id(), FIRST)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        tried.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return tried;
  }

  @Test
  void everyRuleHoldsAgainstAProgramThatTriesToBreakIt() throws IOException {
    breaker(folder.resolve("puppet.jar"));
    Group gang = DockerGroups.memory(bench.gang("fraud", 1), Bytes.ofMebibytes(MEMORY_MIB));
    Map<String, String> tried = tried(gang);
    for (String path : List.of("/new", "/etc/new", "/jre/new", "/app/new", "/sys/new")) {
      assertThat(tried).containsEntry("write " + path, "refused");
    }
    for (String call : List.of("uid 0", "gid 0", "root", "device", "mount", "namespace")) {
      assertThat(tried).containsEntry(call, "EPERM");
    }
    assertThat(Integer.parseInt(tried.getOrDefault("/tmp MiB", "")))
        .isBetween(MEMORY_MIB / 2 - 2, MEMORY_MIB / 2);
    assertThat(Integer.parseInt(tried.getOrDefault("/dev/shm MiB", "")))
        .isBetween(MEMORY_MIB / 4 - 2, MEMORY_MIB / 4);
    assertThat(tried).containsEntry("full", "No space left on device");
    assertThat(tried).containsEntry("outside", "Network is unreachable");
    assertThat(tried).containsEntry("default routes", "0");
    assertThat(Integer.parseInt(tried.getOrDefault("threads", ""))).isBetween(100, 255);
    assertThat(bench.phase(gang.id(), FIRST)).contains(Replica.Phase.RUNNING);
  }

  /** The machine listens on an address that a container of a plain network reaches. */
  @Test
  void machineIsOutOfReachOfGangsAndServices() {
    Group gang = EngineBench.linked(bench.gang("fraud", 2, "forever"));
    Group service = bench.service("serve", 1, "forever");
    bench.run(gang);
    bench.run(service);
    String plain = "plain-" + bench.id().id();
    bench.api().run("make a network", client -> client.createNetworkCmd().withName(plain).exec());
    String machine = bench.listenOnTheMachine(23_993);
    try {
      String address = bench.machineOn(plain) + ":23993";
      bench.until(
          "the machine answers on a plain network",
          () -> bench.dial(plain, address).equals("puppet"));
      for (String network :
          List.of(bench.names().gang(gang.id()), bench.names().service(service.id()))) {
        assertThat(bench.dial(network, address)).startsWith("none");
        assertThat(bench.dial(network, bench.machineOn(network) + ":23993")).startsWith("none");
      }
    } finally {
      bench.containers().remove(machine);
      bench.api().run("remove it", client -> client.removeNetworkCmd(plain).exec());
    }
  }

  @Test
  void programThatIsMissingIsNamedWithItsImage() {
    bench.replaceImage(List.of("/no/such/program"));
    Group shards = bench.shards("prep", 1, "exit:0");
    bench.engine().apply(shards);
    assertThat(bench.end(shards.id(), FIRST).code()).isEqualTo(127);
    assertThat(bench.replica(shards.id(), FIRST).message())
        .isEqualTo(
            "exec /no/such/program failed: No such file or directory (image %s)"
                .formatted(bench.imageOf(shards)));
  }

  @Test
  void imageForOtherMachinesIsAnEndInWords() {
    bench.replaceImage(List.of(TestImages.FOREIGN), "arm64");
    Group shards = bench.shards("prep", 1, "exit:0");
    bench.engine().apply(shards);
    Exit exit = bench.end(shards.id(), FIRST);
    assertThat(exit.code()).isEqualTo(1);
    assertThat(bench.replica(shards.id(), FIRST).message())
        .isEqualTo(
            ("exec %s failed: Exec format error (image %s is for linux/arm64, this engine runs"
                    + " linux/amd64; build it for that, or give another ref)")
                .formatted(TestImages.FOREIGN, bench.imageOf(shards)));
  }
}
