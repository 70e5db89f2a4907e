package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayRightsTest {
  private final List<HasMetadata> objects =
      GatewayRights.objects(
          new ObjectMetaBuilder().withNamespace("bank").withName("naru-gateway").build());

  private <T> T only(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }

  @Test
  void readsEndpointSlicesOfItsNamespaceAndNothingElse() {
    assertThat(objects).allMatch(o -> o.getMetadata().getNamespace().equals("bank"));
    assertThat(only(Role.class).getRules())
        .singleElement()
        .satisfies(r -> {
          assertThat(r.getApiGroups()).containsExactly("discovery.k8s.io");
          assertThat(r.getResources()).containsExactly("endpointslices");
          assertThat(r.getVerbs()).containsExactly("get", "list", "watch");
        });
    assertThat(only(RoleBinding.class).getRoleRef().getName()).isEqualTo("naru-gateway");
    assertThat(only(RoleBinding.class).getSubjects())
        .singleElement()
        .satisfies(s -> assertThat(s.getNamespace()).isEqualTo("bank"));
  }

  @Test
  void noOtherPodGetsItsTokenByAccident() {
    assertThat(only(ServiceAccount.class).getAutomountServiceAccountToken()).isFalse();
  }

  @Test
  void theOperatorHasWhatItGrants() throws IOException {
    PolicyRule granted = only(Role.class).getRules().getFirst();
    assertThat(Files.readString(Path.of("../charts/naru/templates/rights.yaml")))
        .contains(
            "{apiGroups: %s, resources: %s, verbs: %s}"
                .formatted(granted.getApiGroups(), granted.getResources(), granted.getVerbs()))
        .doesNotContain("escalate", "bind,", "bind]");
  }
}
