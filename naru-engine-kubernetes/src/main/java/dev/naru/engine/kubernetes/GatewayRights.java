package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;

/**
 * What the gateways of a namespace may do: read its EndpointSlices, nothing else. The operator has
 * these rights itself, for nobody may grant what he has not.
 */
final class GatewayRights {
  private GatewayRights() {}

  /** A service account, a role and their binding, all of the name of the gateways. */
  static List<HasMetadata> objects(ObjectMeta meta) {
    return List.of(
        new ServiceAccountBuilder()
            .withMetadata(meta)
            .withAutomountServiceAccountToken(false)
            .build(),
        new RoleBuilder()
            .withMetadata(meta)
            .addNewRule()
            .withApiGroups("discovery.k8s.io")
            .withResources("endpointslices")
            .withVerbs("get", "list", "watch")
            .endRule()
            .build(),
        new RoleBindingBuilder()
            .withMetadata(meta)
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", meta.getName())
            .addNewSubject()
            .withKind("ServiceAccount")
            .withName(meta.getName())
            .withNamespace(meta.getNamespace())
            .endSubject()
            .build());
  }
}
