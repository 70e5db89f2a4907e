package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Group;
import dev.naru.core.testkit.engine.EngineBench;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What is left of an earlier life of a workload is not taken for its own. */
@EnabledIf("dev.naru.engine.kubernetes.TestCluster#available")
final class GroupsTest {
  private static final String SLICE = "left-behind";

  @SuppressWarnings("NullAway.Init") // by JUnit, before all tests
  private static TestGround ground;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private KubernetesBench bench;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private Group gang;

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    ground = new TestGround(TestCluster.get());
  }

  @AfterAll
  static void leave() {
    ground.close();
  }

  @BeforeEach
  void open() {
    bench = new KubernetesBench(ground, folder);
    gang = EngineBench.linked(bench.gang("fraud", 2, "meet", "forever"));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void addressesOfAnEarlierCoordinatorAreWaitedFor() {
    EndpointSlice slice =
        new EndpointSliceBuilder()
            .withNewMetadata()
            .withNamespace(EngineBench.PROJECT)
            .withName(SLICE)
            .addToLabels("kubernetes.io/service-name", Jobs.coordinatorName(gang.id()))
            .endMetadata()
            .withAddressType("IPv4")
            .withEndpoints()
            .build();
    ground.client().resource(slice).create();
    try {
      refuses("endpoints of an earlier service " + Jobs.coordinatorName(gang.id()) + " are left");
    } finally {
      ground.client().resource(slice).delete();
    }
    bench.run(gang);
    gang.members().forEach(m -> bench.line(gang.id(), m, "met"));
  }

  @Test
  void serviceOnItsWayOutIsWaitedFor() {
    Service service = Jobs.coordinator(gang, List.<OwnerReference>of());
    service.getMetadata().setFinalizers(List.of("naru.dev/test"));
    ground.client().resource(service).create();
    ground.client().resource(service).delete();
    try {
      refuses("goes");
    } finally {
      ground
          .client()
          .resource(service)
          .edit(s -> {
            s.getMetadata().setFinalizers(List.of());
            return s;
          });
    }
  }

  private void refuses(String words) {
    String volume = EngineBench.VOLUME;
    bench.until(
        "volume " + volume + " is reached",
        () ->
            ((KubernetesEngine) bench.engine())
                .volumeHindrance(EngineBench.PROJECT, volume, true)
                .isEmpty());
    assertThatThrownBy(() -> bench.engine().apply(gang))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).isEqualTo(Code.CONFLICT));
  }
}
