package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.naru.core.NaruException;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnPodsTest {
  private static final OwnPods WANTED =
      OwnPods.parse(
          """
          {"labels":{"bank/cost":"42","naru.dev/name":"mine"},
           "imagePullSecrets":[{"name":"registry"}],
           "nodeSelector":{"pool":"serving"},
           "tolerations":[{"key":"serving","operator":"Exists"}],
           "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
             {"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"Exists"}]}]}}},
           "priorityClassName":"high"}
          """);

  private static PodTemplateSpec pods() {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Map.of("naru.dev/name", "fraud"))
        .endMetadata()
        .withNewSpec()
        .withNewAffinity()
        .withNewPodAffinity()
        .addToRequiredDuringSchedulingIgnoredDuringExecution(new PodAffinityTerm())
        .endPodAffinity()
        .endAffinity()
        .endSpec()
        .build();
  }

  @Test
  void givesPodsOfNarusOwnImageAllThatIsWanted() {
    PodTemplateSpec made = WANTED.of(pods(), true);

    PodSpec spec = made.getSpec();
    assertThat(spec.getImagePullSecrets()).containsExactly(new LocalObjectReference("registry"));
    assertThat(spec.getNodeSelector()).containsEntry("pool", "serving");
    assertThat(spec.getTolerations()).singleElement().extracting("key").isEqualTo("serving");
    assertThat(spec.getPriorityClassName()).isEqualTo("high");
    assertThat(spec.getAffinity().getNodeAffinity()).isNotNull();
    assertThat(
            spec.getAffinity().getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution())
        .as("what a volume of one node demands")
        .hasSize(1);
  }

  @Test
  void givesWorkloadsTheLabelsAlone() {
    PodTemplateSpec made = WANTED.of(pods(), false);

    assertThat(made.getMetadata().getLabels())
        .isEqualTo(Map.of("bank/cost", "42", "naru.dev/name", "fraud"));
    assertThat(made.getSpec()).isEqualTo(pods().getSpec());
  }

  @Test
  void changesNothingWhereNothingIsWanted() {
    assertThat(OwnPods.parse("").of(pods(), true).getSpec()).isEqualTo(pods().getSpec());
    assertThat(
            OwnPods.parse(
                    """
                    {"affinity":{},"imagePullSecrets":[],"labels":{},"nodeSelector":{},
                     "priorityClassName":"","tolerations":[]}
                    """)
                .of(pods(), true)
                .getSpec()
                .getPriorityClassName())
        .isNull();
  }

  @Test
  void saysWhatIsWrongWithTheText() {
    assertThatThrownBy(() -> OwnPods.parse("{\"tolerations\": 3}"))
        .isInstanceOf(NaruException.class)
        .hasMessageStartingWith("cannot start: NARU_SERVING is no such object");
  }
}
