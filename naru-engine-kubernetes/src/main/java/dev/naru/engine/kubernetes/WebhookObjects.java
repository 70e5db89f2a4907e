package dev.naru.engine.kubernetes;

import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the webhook consists of in the cluster. Pure.
 *
 * @param namespace of all of it
 * @param owner with which it goes
 */
record WebhookObjects(String namespace, OwnerReference owner) {
  /** Name of all of it. */
  static final String NAME = "naru-webhook";

  private static final String CHANGED =
      "object == null || oldObject == null || object.spec != oldObject.spec ||"
          + " object.metadata.?annotations.orValue({}) !="
          + " oldObject.metadata.?annotations.orValue({})";

  private static final int PORT = 8443;
  private static final String FOLDER = "/naru/certificate";
  private static final Set<String> ENV =
      Set.of(
          "TMPDIR",
          "NARU_LOG_LEVEL",
          "NARU_TRUST",
          "NARU_SYSTEM_IMAGE",
          "DOCKER_CONFIG",
          "POD_NAMESPACE");

  /** Labels of all of it. */
  static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/name", NAME, Labels.MANAGED_BY, Labels.NARU);

  /** What its certificate is for. */
  String host() {
    return NAME + "." + namespace + ".svc";
  }

  /** Where its certificates are kept. */
  Secret secret(Map<String, String> certificates) {
    return new SecretBuilder()
        .withMetadata(meta().build())
        .withType("Opaque")
        .withStringData(certificates)
        .build();
  }

  private ObjectMetaBuilder meta() {
    return new ObjectMetaBuilder()
        .withName(NAME)
        .withNamespace(namespace)
        .withLabels(LABELS)
        .withOwnerReferences(owner);
  }

  /**
   * Its pods: the operator's own with another program.
   *
   * @param operator as it is in the cluster
   * @param program arguments; folder of the certificate and port are added
   */
  HasMetadata deployment(Deployment operator, List<String> program) {
    PodSpec own = operator.getSpec().getTemplate().getSpec();
    return new DeploymentBuilder()
        .withMetadata(meta().build())
        .withNewSpec()
        .withReplicas(operator.getSpec().getReplicas())
        .withRevisionHistoryLimit(1)
        .withNewSelector()
        .withMatchLabels(Map.of("app.kubernetes.io/name", NAME))
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(operator.getSpec().getTemplate().getMetadata().getLabels())
        .addToLabels(LABELS)
        .endMetadata()
        .withSpec(pods(own, program))
        .endTemplate()
        .endSpec()
        .build();
  }

  private static PodSpec pods(PodSpec own, List<String> program) {
    List<Volume> volumes = new ArrayList<>(own.getVolumes());
    volumes.removeIf(v -> v.getName().equals("certificate"));
    volumes.add(
        new VolumeBuilder()
            .withName("certificate")
            .withNewSecret()
            .withSecretName(NAME)
            .withDefaultMode(0440)
            .addNewItem(Certificates.CERTIFICATE, null, Certificates.CERTIFICATE)
            .addNewItem(Certificates.KEY, null, Certificates.KEY)
            .endSecret()
            .build());
    return new PodSpecBuilder(own)
        .withServiceAccountName(NAME)
        .withServiceAccount(null)
        .withAutomountServiceAccountToken(true)
        .withContainers(container(own.getContainers().getFirst(), program))
        .withVolumes(volumes)
        .editFirstTopologySpreadConstraint()
        .withNewLabelSelector()
        .withMatchLabels(Map.of("app.kubernetes.io/name", NAME))
        .endLabelSelector()
        .endTopologySpreadConstraint()
        .build();
  }

  private static Container container(Container own, List<String> program) {
    List<String> args = new ArrayList<>(program);
    args.addAll(List.of(FOLDER, Integer.toString(PORT)));
    return new ContainerBuilder(own)
        .withName("webhook")
        .withArgs(args)
        .withEnv(own.getEnv().stream().filter(e -> ENV.contains(e.getName())).toList())
        .withPorts(PodRecipe.port("https", PORT))
        .addToVolumeMounts(PodRecipe.mount("certificate", FOLDER, true))
        .withReadinessProbe(
            new ProbeBuilder()
                .withPeriodSeconds(2)
                .withNewHttpGet()
                .withScheme("HTTPS")
                .withPath("/healthz")
                .withNewPort(PORT)
                .endHttpGet()
                .build())
        .withLivenessProbe(null)
        .withNewLifecycle()
        .withNewPreStop()
        .withNewSleep(3L)
        .endPreStop()
        .endLifecycle()
        .build();
  }

  HasMetadata service() {
    return new ServiceBuilder()
        .withMetadata(meta().build())
        .withNewSpec()
        .withSelector(Map.of("app.kubernetes.io/name", NAME))
        .addNewPort()
        .withName("https")
        .withPort(443)
        .withNewTargetPort(PORT)
        .endPort()
        .endSpec()
        .build();
  }

  HasMetadata budget() {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(meta().build())
        .withNewSpec()
        .withNewMaxUnavailable(1)
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withNewSelector()
        .withMatchLabels(Map.of("app.kubernetes.io/name", NAME))
        .endSelector()
        .endSpec()
        .build();
  }

  /** By whom its certificate is believed: PEM in base64. */
  static String authorities(Map<String, String> certificates) {
    return Base64.getEncoder()
        .encodeToString(
            certificates
                .getOrDefault(Certificates.AUTHORITIES, "")
                .getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * What somebody changed in the spec is judged, and whatever they want is recorded; not what the
   * operator writes.
   *
   * @param certificates as {@link Certificates} made them
   * @param role of the cluster, with which it goes; empty where there is none
   */
  ValidatingWebhookConfiguration configuration(
      Map<String, String> certificates, Optional<OwnerReference> role) {
    return new ValidatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withLabels(LABELS)
        .withOwnerReferences(role.stream().toList())
        .endMetadata()
        .addNewWebhook()
        .withName("resources.naru.dev")
        .withNewClientConfig()
        .withCaBundle(authorities(certificates))
        .withNewService()
        .withNamespace(namespace)
        .withName(NAME)
        .withPath("/resources")
        .withPort(443)
        .endService()
        .endClientConfig()
        .addNewRule()
        .withApiGroups("naru.dev")
        .withApiVersions("v1alpha1")
        .withOperations("CREATE", "UPDATE", "DELETE")
        .withResources(
            Stream.concat(
                    Stream.of(Kind.values()).map(k -> k.lower() + "s"),
                    Stream.of("inferences/scale"))
                .toList())
        .withScope("Namespaced")
        .endRule()
        .addNewMatchCondition()
        .withName("by-others")
        .withExpression(
            "request.userInfo.username != 'system:serviceaccount:%s:naru-operator'"
                .formatted(namespace))
        .endMatchCondition()
        .addNewMatchCondition()
        .withName("what-is-wanted-changed")
        .withExpression(CHANGED)
        .endMatchCondition()
        .withFailurePolicy("Ignore")
        .withMatchPolicy("Equivalent")
        .withSideEffects("NoneOnDryRun")
        .withTimeoutSeconds(5)
        .withAdmissionReviewVersions("v1")
        .endWebhook()
        .build();
  }
}
