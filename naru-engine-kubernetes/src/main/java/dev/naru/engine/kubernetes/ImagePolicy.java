package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the policy {@code naru-images} holds, by which the API server itself, asking nobody,
 * refuses pods of images that are not in the list of {@link AllowedImages}: it fails closed, also
 * where the list is not there. The policy itself comes with the chart. Pure.
 *
 * @param namespace of the list
 */
record ImagePolicy(String namespace) {
  static final String NAME = "naru-images";

  /** What a cluster needs to begin with; work of ours in there is not protected. */
  private static final Set<String> NEVER = Set.of("kube-system", "kube-public", "kube-node-lease");

  /**
   * Where the policy holds.
   *
   * @param namespaces by name, which no tenant can change; not empty
   */
  HasMetadata binding(Collection<String> namespaces, Optional<OwnerReference> role) {
    return new ValidatingAdmissionPolicyBindingBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withLabels(Map.of(Labels.MANAGED_BY, Labels.NARU))
        .withOwnerReferences(role.stream().toList())
        .endMetadata()
        .withNewSpec()
        .withPolicyName(NAME)
        .withNewParamRef()
        .withName(NAME)
        .withNamespace(namespace)
        .withParameterNotFoundAction("Deny")
        .endParamRef()
        .withValidationActions("Deny", "Audit")
        .withNewMatchResources()
        .withNamespaceSelector(within(namespaces))
        .endMatchResources()
        .endSpec()
        .build();
  }

  /** Chooses namespaces by name, which no tenant can change. */
  static LabelSelector within(Collection<String> namespaces) {
    return new LabelSelectorBuilder()
        .addNewMatchExpression()
        .withKey("kubernetes.io/metadata.name")
        .withOperator("In")
        .withValues(List.copyOf(new TreeSet<>(namespaces)))
        .endMatchExpression()
        .build();
  }

  /** Whether work in a namespace can be protected. */
  boolean protects(String project) {
    return !NEVER.contains(project) && !project.equals(namespace);
  }
}
