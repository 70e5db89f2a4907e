package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The policy by which the API server itself, asking nobody, refuses pods of images that are not in
 * the list of {@link AllowedImages}: it fails closed, also where the list is not there. Pure.
 *
 * @param namespace of the list
 */
record ImagePolicy(String namespace) {
  static final String NAME = "naru-images";

  /** What a cluster needs to begin with; work of ours in there is not protected. */
  private static final Set<String> NEVER =
      Set.of("kube-system", "kube-public", "kube-node-lease");

  /** All places of a pod that name an image. */
  private static String images(String pod) {
    return """
    (POD.spec.containers.map(c, has(c.image) ? c.image : "")
    + (has(POD.spec.initContainers) ? POD.spec.initContainers.map(c, has(c.image) ? c.image : "") : [])
    + (has(POD.spec.ephemeralContainers) ? POD.spec.ephemeralContainers.map(c, has(c.image) ? c.image : "") : [])
    + (has(POD.spec.volumes) ? POD.spec.volumes.filter(v, has(v.image)).map(v, has(v.image.reference) ? v.image.reference : "") : []))"""
        .replace("POD", pod);
  }

  /**
   * The policy.
   *
   * @param role of the cluster, with which it goes; empty where there is none
   */
  HasMetadata policy(Optional<OwnerReference> role) {
    return new ValidatingAdmissionPolicyBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withLabels(Map.of(Labels.MANAGED_BY, Labels.NARU))
        .withOwnerReferences(role.stream().toList())
        .endMetadata()
        .withNewSpec()
        .withFailurePolicy("Fail")
        .withNewParamKind("v1", "ConfigMap")
        .withNewMatchConstraints()
        .addNewResourceRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("CREATE", "UPDATE")
        .withResources("pods", "pods/ephemeralcontainers")
        .endResourceRule()
        .endMatchConstraints()
        .addNewVariable(
            // A change of what was let in before, as the removal of a finalizer, is not held up.
            "oldObject == null ? " + images("object") + " : " + images("object")
                + ".filter(i, !(i in " + images("oldObject") + "))",
            "fresh")
        .addNewVariable(
            "variables.fresh.filter(i, !i.matches('^[^@]+@sha256:[0-9a-f]{64}$') ||"
                + " !has(params.data) || !((namespaceObject.metadata.name + '.' +"
                + " i.split('@sha256:')[1]) in params.data))",
            "refused")
        .addNewValidation()
        .withExpression("size(variables.refused) == 0")
        .withMessageExpression(
            "'cannot run image ' + variables.refused[0] + ' in namespace ' +"
                + " namespaceObject.metadata.name + ': it is not among the images that Naru has"
                + " verified there; sign it with a key of the cluster\\'s TrustPolicy and name it by"
                + " digest (naru verify shows what is missing)'")
        .withReason("Forbidden")
        .endValidation()
        .endSpec()
        .build();
  }

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
        .withNewNamespaceSelector()
        .addNewMatchExpression()
        .withKey("kubernetes.io/metadata.name")
        .withOperator("In")
        .withValues(List.copyOf(new TreeSet<>(namespaces)))
        .endMatchExpression()
        .endNamespaceSelector()
        .endMatchResources()
        .endSpec()
        .build();
  }

  /** Whether work in a namespace can be protected. */
  boolean protects(String project) {
    return !NEVER.contains(project) && !project.equals(namespace);
  }
}
