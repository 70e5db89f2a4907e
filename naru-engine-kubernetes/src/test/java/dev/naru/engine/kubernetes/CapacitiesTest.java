package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Node;
import dev.naru.spec.Cpu;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CapacitiesTest {
  private static final Instant NOW = Instant.EPOCH;

  private static NodeBuilder node(String name) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .withAllocatable(
            Map.of(
                "cpu", new Quantity("2"),
                "memory", new Quantity("4Gi"),
                "pods", new Quantity("3")))
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .endStatus();
  }

  private static NodeBuilder tainted(String name, String key, String effect) {
    return node(name).editSpec().addNewTaint().withKey(key).withEffect(effect).endTaint().endSpec();
  }

  private static ResourceRequirements asks(String cpu) {
    return new ResourceRequirementsBuilder().withRequests(Map.of("cpu", new Quantity(cpu))).build();
  }

  private static PodBuilder pod(String name, String node, String cpu) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("other")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withResources(asks(cpu))
        .endContainer()
        .endSpec();
  }

  private static Pod rank(String name, String node, String cpu) {
    return pod(name, node, cpu)
        .editMetadata()
        .withNamespace("bank")
        .withLabels(Labels.of(new GroupId("bank", Kind.TRAINING, "fraud", 1, 1)))
        .endMetadata()
        .build();
  }

  @Test
  void whatAnyPodAsksForIsTakenOff() {
    List<Node> free =
        Capacities.free(
            List.of(node("n2").build(), node("n1").build()),
            List.of(rank("r", "n1", "250m")),
            List.of(pod("a", "n1", "500m").build(), pod("b", "", "1").build()),
            NOW);

    assertThat(free).extracting(Node::name).containsExactly("n1", "n2");
    assertThat(free).extracting(Node::cpu).containsExactly(new Cpu(1250), new Cpu(2000));
    assertThat(free.getFirst().counted()).containsExactly("bank/r");
    assertThat(free.getLast().counted()).isEmpty();
  }

  @Test
  void nodesThatTakeNoPodsAreLeftOut() {
    var closed = node("closed").editSpec().withUnschedulable(true).endSpec().build();
    var away =
        node("away")
            .editStatus()
            .editFirstCondition()
            .withStatus("Unknown")
            .endCondition()
            .endStatus();
    List<Node> free =
        Capacities.free(
            List.of(
                closed,
                away.build(),
                tainted("mine", "team/gpu", "NoSchedule").build(),
                tainted("leaving", "team/gone", "NoExecute").build(),
                tainted("disliked", "team/old", "PreferNoSchedule").build(),
                node("full").build()),
            List.of(),
            List.of(
                pod("a", "full", "1m").build(),
                pod("b", "full", "1m").build(),
                pod("c", "full", "1m").build()),
            NOW);

    assertThat(free).extracting(Node::name).containsExactly("disliked");
  }

  @Test
  void whatCouldBeThereAtMostLeavesOutOnlyWhatIsMeantForOthers() {
    List<Node> most =
        Capacities.most(
            List.of(
                tainted("a", "node.kubernetes.io/unschedulable", "NoSchedule").build(),
                tainted("b", "team/gpu", "NoSchedule").build()));

    assertThat(most).extracting(Node::name).containsExactly("a");
    assertThat(most).extracting(Node::cpu).containsExactly(new Cpu(2000));
  }

  @Test
  void aPodTakesAsMuchAsTheSchedulerSays() {
    Pod pod =
        pod("p", "n1", "100m")
            .editSpec()
            .addNewInitContainer()
            .withRestartPolicy("Always")
            .withResources(asks("50m"))
            .endInitContainer()
            .addNewInitContainer()
            .withResources(asks("300m"))
            .endInitContainer()
            .withOverhead(Map.of("cpu", new Quantity("10m")))
            .endSpec()
            .build();
    assertThat(Requests.of(pod).cpuMillis())
        .as("the init container beside the sidecar")
        .isEqualTo(360);
    assertThat(Requests.of(Requests.bare(pod))).isEqualTo(Requests.of(pod));

    Pod whole = new PodBuilder(pod).editSpec().withResources(asks("1")).endSpec().build();
    assertThat(Requests.of(whole).cpuMillis()).isEqualTo(1010);
    assertThat(Requests.of(pod("q", "n1", "0.5m").build()).cpuMillis()).isEqualTo(1);
  }
}
