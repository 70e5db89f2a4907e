package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What its expressions let in and what not is tried on a cluster: claim unsigned. */
class ImagePolicyTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private final ImagePolicy policy = new ImagePolicy("naru-system");

  @Test
  void failsClosedWhereTheListIsMissing() {
    var binding =
        (ValidatingAdmissionPolicyBinding) policy.binding(List.of("b", "a"), Optional.empty());

    assertThat(binding.getSpec().getParamRef().getParameterNotFoundAction()).isEqualTo("Deny");
    assertThat(binding.getSpec().getMatchResources().getNamespaceSelector().getMatchExpressions())
        .singleElement()
        .satisfies(e -> {
          assertThat(e.getKey()).isEqualTo("kubernetes.io/metadata.name");
          assertThat(e.getValues()).containsExactly("a", "b");
        });
  }

  @Test
  void leavesAloneWhatAClusterBeginsWith() {
    assertThat(policy.protects("team")).isTrue();
    assertThat(policy.protects("kube-system")).isFalse();
    assertThat(policy.protects("naru-system")).isFalse();
  }

  @Test
  void listsByNamespaceAndDigestAlone() {
    assertThat(AllowedImages.key("team", "host:5000/a/b@sha256:" + HEX))
        .contains("team." + HEX)
        .isEqualTo(AllowedImages.key("team", "other/c@sha256:" + HEX));
    assertThat(AllowedImages.key("team", "host/a:1")).isEmpty();
    assertThat(AllowedImages.key("team", "own host/a@sha256:" + HEX)).isEmpty();
    assertThat(AllowedImages.key("team", "host/a@sha256:" + HEX.substring(1))).isEmpty();
    assertThat(AllowedImages.key("team", "host/a@sha256:" + HEX + "@sha256:" + HEX)).isEmpty();
  }
}
