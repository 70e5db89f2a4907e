package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import java.util.Collection;
import java.util.Optional;

/**
 * Which pods an API server asks the webhook about: those that others make in namespaces with work
 * of Naru's. It only lets in: where it is away, or not asked, {@link ImagePolicy} refuses what is
 * not in the list. Pure.
 *
 * @param namespace of the webhook
 */
record PodHook(String namespace) {
  /** Where the webhook answers for pods. */
  private static final String PATH = "/pods";

  /**
   * A pod of Naru's has its images in the list before it is made, and must not wait for a webhook
   * that is away. Who wears the label without being Naru's is not helped, and refused by the
   * policy.
   */
  private static final String OF_OTHERS =
      """
      request.operation != 'CREATE' || !has(object.metadata.labels) \
      || !('%1$s' in object.metadata.labels) || object.metadata.labels['%1$s'] != '%2$s'\
      """
          .formatted(Labels.MANAGED_BY, Labels.NARU);

  /**
   * The configuration; it asks about nothing where there are no namespaces.
   *
   * @param namespaces by name, which no tenant can change
   * @param authorities by whom its certificate is believed: PEM in base64
   * @param role of the cluster, with which it goes; empty where there is none
   */
  MutatingWebhookConfiguration configuration(
      Collection<String> namespaces, String authorities, Optional<OwnerReference> role) {
    MutatingWebhookConfigurationBuilder made =
        new MutatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(WebhookObjects.NAME)
            .withLabels(WebhookObjects.LABELS)
            .withOwnerReferences(role.stream().toList())
            .endMetadata();
    if (namespaces.isEmpty()) {
      return made.build();
    }
    return made.addNewWebhook()
        .withName("pods.naru.dev")
        .withNewClientConfig()
        .withCaBundle(authorities)
        .withNewService()
        .withNamespace(namespace)
        .withName(WebhookObjects.NAME)
        .withPath(PATH)
        .withPort(443)
        .endService()
        .endClientConfig()
        .addNewRule()
        .withApiGroups("")
        .withApiVersions("v1")
        .withOperations("CREATE", "UPDATE")
        .withResources("pods", "pods/ephemeralcontainers")
        .withScope("Namespaced")
        .endRule()
        .withNamespaceSelector(ImagePolicy.within(namespaces))
        .addNewMatchCondition()
        .withName("what-is-wanted-changed")
        .withExpression("oldObject == null || object.spec != oldObject.spec")
        .endMatchCondition()
        .addNewMatchCondition()
        .withName("of-others")
        .withExpression(OF_OTHERS)
        .endMatchCondition()
        .withFailurePolicy("Ignore")
        .withReinvocationPolicy("IfNeeded")
        .withMatchPolicy("Equivalent")
        .withSideEffects("NoneOnDryRun")
        .withTimeoutSeconds(10)
        .withAdmissionReviewVersions("v1")
        .endWebhook()
        .build();
  }
}
