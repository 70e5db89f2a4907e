package dev.naru.engine.local.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import dev.naru.core.NaruException;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import dev.naru.core.testkit.engine.EngineBench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** One engine, many people: nobody sees, stops or takes what another made. */
@EnabledIf("dev.naru.engine.local.docker.TestEngine#available")
@Timeout(120)
final class DockerNeighboursTest {
  private static final Member FIRST = new Member(0, 0);

  @TempDir private Path folder;
  @TempDir private Path otherFolder;
  private DockerBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new DockerBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void twoHomesWithTheSameProjectNeverMeet() throws IOException {
    Group gang = bench.gang("fraud", 1, "forever");
    Location file = EngineBench.output().resolve("whose");
    bench.run(gang);
    bench.write(file, "mine");
    DockerBench other = new DockerBench(otherFolder);
    try {
      assertThat(other.engine().groups()).isEmpty();
      assertThat(other.engine().observe(gang.id())).isEqualTo(new Observation.Absent());
      other.run(gang);
      assertThat(other.read(file)).isEmpty();
      assertThat(other.container(gang.id(), FIRST)).isNotEqualTo(bench.container(gang.id(), FIRST));
      other.engine().remove(gang.id(), Duration.ZERO);
      other.gone(gang.id());
    } finally {
      other.close();
    }
    assertThat(bench.phase(gang.id(), FIRST)).contains(Replica.Phase.RUNNING);
    assertThat(bench.read(file)).contains("mine");
  }

  @Test
  void containerWithOurLabelsThatWeDidNotMakeIsLeftAlone() {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.run(gang);
    Map<String, String> labels =
        bench.containers().of(gang.id()).stream()
            .filter(c -> c.is(Tags.Role.MEMBER))
            .findFirst()
            .orElseThrow()
            .labels();
    String stranger = stranger("stranger-" + bench.id().id(), labels);
    try {
      assertThat(bench.seen(gang.id())).hasSize(1);
      bench.engine().remove(gang.id(), Duration.ZERO);
      bench.gone(gang.id());
      assertThat(bench.engine().groups()).isEmpty();
      assertThat(exists(stranger)).isTrue();
    } finally {
      bench.containers().remove(stranger);
    }
  }

  @Test
  void takenNameIsToldAndNotAdopted() {
    Group gang = bench.gang("fraud", 1, "forever");
    String stranger = stranger(bench.names().member(gang.id(), FIRST), Map.of());
    try {
      assertThatThrownBy(() -> bench.engine().apply(gang))
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> {
                assertThat(e.code()).isEqualTo(NaruException.Code.CONFLICT);
                assertThat(e).hasMessageContaining("did not make");
              });
      assertThat(exists(stranger)).isTrue();
    } finally {
      bench.containers().remove(stranger);
    }
  }

  @Test
  void volumeOfAnotherUnderOurNameIsNotUsed() {
    String name = bench.names().volume("contract", "theirs");
    bench.api().run("make a volume", client -> client.createVolumeCmd().withName(name).exec());
    try {
      assertThatThrownBy(() -> bench.ensureVolume("theirs"))
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> assertThat(e.code()).isEqualTo(NaruException.Code.CONFLICT));
      assertThat(bench.engine().volumes("contract")).doesNotContain("theirs");
    } finally {
      bench.api().run("remove it", client -> client.removeVolumeCmd(name).exec());
    }
  }

  @Test
  void networkOfAnotherUnderOurNameIsNotUsed() {
    Group gang = EngineBench.linked(bench.gang("fraud", 2, "forever"));
    String name = bench.names().gang(gang.id());
    bench.api().run("make a network", client -> client.createNetworkCmd().withName(name).exec());
    try {
      assertThatThrownBy(() -> bench.engine().apply(gang))
          .isInstanceOfSatisfying(
              NaruException.class,
              e -> {
                assertThat(e.code()).isEqualTo(NaruException.Code.CONFLICT);
                assertThat(e).hasMessageContaining(name).hasMessageContaining("did not make");
              });
      assertThat(bench.engine().groups()).isEmpty();
    } finally {
      bench.api().run("remove it", client -> client.removeNetworkCmd(name).exec());
    }
  }

  @Test
  void volumeInUseIsNotRemoved() {
    Group gang = bench.gang("fraud", 1, "forever");
    bench.run(gang);
    assertThatThrownBy(() -> bench.engine().removeVolume("contract", "data"))
        .isInstanceOfSatisfying(
            NaruException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NaruException.Code.CONFLICT);
              assertThat(e).hasMessageContaining("in use");
            });
    assertThat(bench.engine().volumes("contract")).contains("data");
  }

  private String stranger(String name, Map<String, String> labels) {
    String image = bench.ownImage();
    return bench
        .api()
        .call(
            "make a stranger",
            client ->
                client
                    .createContainerCmd(image)
                    .withName(name)
                    .withLabels(labels)
                    .withEntrypoint(List.of("/never-started"))
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                    .exec()
                    .getId());
  }

  private boolean exists(String id) {
    return bench
            .api()
            .call(
                "list",
                client ->
                    client.listContainersCmd().withShowAll(true).withIdFilter(List.of(id)).exec())
            .size()
        == 1;
  }

  @Test
  void gangsReachTheirOwnRanksAndNoOthers() {
    Group mine =
        EngineBench.linked(
            DockerGroups.listening(bench.gang("fraud", 1, "listen:0.0.0.0", "forever")));
    Group theirs =
        EngineBench.linked(
            DockerGroups.listening(bench.gang("credit", 1, "listen:0.0.0.0", "forever")));
    bench.run(mine);
    bench.run(theirs);
    bench.line(mine.id(), FIRST, "listening");
    bench.line(theirs.id(), FIRST, "listening");
    String network = bench.names().gang(mine.id());
    assertThat(bench.dial(network, Names.alias(mine.id(), 0) + ":8080")).isEqualTo("puppet");
    assertThat(bench.dial(network, address(mine) + ":8080")).isEqualTo("puppet");
    assertThat(bench.dial(network, address(theirs) + ":8080")).startsWith("none");
    assertThat(bench.dial(network, Names.alias(theirs.id(), 0) + ":8080")).startsWith("none");
  }

  private String address(Group group) {
    return bench.addressOn(group, bench.names().gang(group.id()));
  }

  @Test
  void gatewayIsReachedOnTheLoopbackAndReachesReplicas() throws IOException {
    Group service = bench.service("serve", 1, "listen:0.0.0.0", "forever");
    bench.run(service);
    bench.line(service.id(), FIRST, "listening");
    Group gateway = DockerGroups.gateway(23_991, 23_992);
    bench.run(gateway);
    String replica = bench.replica(service.id(), FIRST).address().orElseThrow();
    bench.until(
        "the gateway answers", () -> DockerBench.fromHost("127.0.0.1", 23_992).equals("secret"));
    bench.until(
        "the gateway reaches the replica",
        () ->
            bench.lines(gateway.id(), FIRST).isEmpty()
                && DockerBench.ask(23_991, replica).equals("puppet"));
    // The admin port is on the gateway's own network alone; its public one is on all.
    String seen = bench.addressOn(gateway, bench.names().service(service.id()));
    assertThat(bench.dial(bench.names().service(service.id()), seen + ":23992")).startsWith("none");
    assertThat(Optional.of(bench.replica(gateway.id(), FIRST).address()))
        .contains(Optional.of("127.0.0.1:23991"));
  }
}
