package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
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
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the webhook that refuses bad resources with the reader's words: its certificate, its pods,
 * and its configuration once the certificate is served. The pods are the operator's own with
 * another program, so that what was chosen for those (pull secrets, tolerations, node selector,
 * labels) holds here too. All of it goes with the operator's Deployment and ClusterRole.
 *
 * <p>Where the webhook is away, resources are accepted as the schema has it and judged by the
 * operator, so nothing is held up by it ({@code failurePolicy: Ignore}).
 */
public final class Webhook implements AutoCloseable {
  /** Name of all that is made for it. */
  static final String NAME = "naru-webhook";

  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final int PORT = 8443;
  private static final String FOLDER = "/naru/certificate";
  private static final Set<String> ENV = Set.of("TMPDIR", "NARU_LOG_LEVEL");
  private static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/name", NAME, Labels.MANAGED_BY, Labels.NARU);

  private final KubernetesClient client;
  private final String namespace;
  private final List<String> program;
  private final Clock clock;
  private final Thread thread;
  private volatile String trouble = "it was not looked at yet";

  private Webhook(Cluster cluster, String namespace, List<String> program, Clock clock) {
    this.client = cluster.client();
    this.namespace = namespace;
    this.program = program;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("webhook").unstarted(this::keep);
  }

  /**
   * Keeps it from now on, by a thread of its own.
   *
   * @param namespace the operator's own
   * @param program arguments of the webhook's program; folder of its certificate and port are added
   */
  public static Webhook start(
      Cluster cluster, String namespace, List<String> program, Clock clock) {
    Webhook webhook = new Webhook(cluster, namespace, program, clock);
    webhook.thread.start();
    return webhook;
  }

  /** What keeps it from its work, in words; empty for nothing. */
  public String trouble() {
    return trouble;
  }

  private void keep() {
    while (!Thread.currentThread().isInterrupted()) {
      String before = trouble;
      try {
        trouble = kept(clock.instant());
      } catch (RuntimeException e) {
        trouble = String.valueOf(e.getMessage());
      }
      if (!trouble.equals(before)) {
        LOG.info("the webhook {}", trouble.isEmpty() ? "judges resources" : "waits: " + trouble);
      }
      try {
        Thread.sleep(trouble.isEmpty() ? EVERY : SOON);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private String kept(Instant now) {
    Deployment operator =
        Trouble.call(
            "read the operator's deployment",
            () ->
                client.apps().deployments().inNamespace(namespace).withName("naru-operator").get());
    if (operator == null) {
      return "there is no deployment naru-operator in namespace " + namespace;
    }
    List<OwnerReference> owner =
        List.of(
            new OwnerReference(
                "apps/v1",
                false,
                false,
                "Deployment",
                operator.getMetadata().getName(),
                operator.getMetadata().getUid()));
    Map<String, String> certificates = certificates(owner, now);
    put(deployment(operator, owner));
    put(service(owner));
    put(budget(owner));
    if (!served()) {
      return "its pods are not ready yet";
    }
    put(configuration(certificates));
    return "";
  }

  private Map<String, String> certificates(List<OwnerReference> owner, Instant now) {
    Secret there =
        Trouble.call(
            "read secret " + NAME,
            () -> client.secrets().inNamespace(namespace).withName(NAME).get());
    Map<String, String> texts = new HashMap<>();
    if (there != null && there.getData() != null) {
      there.getData().forEach((name, data) -> texts.put(name, decoded(data)));
    }
    Map<String, String> wanted = Certificates.renewed(texts, host(), now);
    if (!wanted.equals(texts)) {
      Secret secret =
          new SecretBuilder()
              .withMetadata(meta(owner).build())
              .withType("Opaque")
              .withStringData(wanted)
              .build();
      try {
        if (there == null) {
          client.resource(secret).create();
        } else {
          secret.getMetadata().setResourceVersion(there.getMetadata().getResourceVersion());
          client.resource(secret).update();
        }
      } catch (KubernetesClientException e) {
        throw Trouble.of("write secret " + NAME, e);
      }
      if (there != null) {
        tell(
            "the webhook's certificate was renewed; it is valid until "
                + Certificates.ends(wanted).orElse(now));
      }
    }
    return wanted;
  }

  /** For those who look for the reason why nothing was refused for a while. */
  private void tell(String message) {
    LOG.info(message);
    Trouble.run(
        "say that a certificate was renewed",
        () ->
            client
                .resource(
                    new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withGenerateName(NAME + "-")
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Secret")
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endInvolvedObject()
                        .withType("Normal")
                        .withReason("CertificateRenewed")
                        .withMessage(message)
                        .withFirstTimestamp(
                            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                        .withLastTimestamp(
                            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                        .withCount(1)
                        .withNewSource()
                        .withComponent("naru-operator")
                        .endSource()
                        .build())
                .create());
  }

  private static String decoded(String data) {
    try {
      return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private String host() {
    return NAME + "." + namespace + ".svc";
  }

  private boolean served() {
    Deployment there =
        Trouble.call(
            "read deployment " + NAME,
            () -> client.apps().deployments().inNamespace(namespace).withName(NAME).get());
    return there != null
        && there.getStatus() != null
        && Objects.requireNonNullElse(there.getStatus().getReadyReplicas(), 0) > 0;
  }

  private void put(HasMetadata object) {
    Trouble.run(
        "apply " + object.getKind().toLowerCase(java.util.Locale.ROOT) + " " + NAME,
        () -> client.resource(object).fieldManager("naru").forceConflicts().serverSideApply());
  }

  private ObjectMetaBuilder meta(List<OwnerReference> owner) {
    return new ObjectMetaBuilder()
        .withName(NAME)
        .withNamespace(namespace)
        .withLabels(LABELS)
        .withOwnerReferences(owner);
  }

  private HasMetadata deployment(Deployment operator, List<OwnerReference> owner) {
    PodSpec own = operator.getSpec().getTemplate().getSpec();
    return new DeploymentBuilder()
        .withMetadata(meta(owner).build())
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
        .withSpec(pods(own))
        .endTemplate()
        .endSpec()
        .build();
  }

  private PodSpec pods(PodSpec own) {
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
        .withServiceAccountName("default")
        .withServiceAccount(null)
        .withAutomountServiceAccountToken(false)
        .withContainers(container(own.getContainers().getFirst()))
        .withVolumes(volumes)
        .editFirstTopologySpreadConstraint()
        .withNewLabelSelector()
        .withMatchLabels(Map.of("app.kubernetes.io/name", NAME))
        .endLabelSelector()
        .endTopologySpreadConstraint()
        .build();
  }

  private Container container(Container own) {
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

  private HasMetadata service(List<OwnerReference> owner) {
    return new ServiceBuilder()
        .withMetadata(meta(owner).build())
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

  private HasMetadata budget(List<OwnerReference> owner) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(meta(owner).build())
        .withNewSpec()
        .withNewMaxUnavailable(1)
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withNewSelector()
        .withMatchLabels(Map.of("app.kubernetes.io/name", NAME))
        .endSelector()
        .endSpec()
        .build();
  }

  /** What somebody changed in the spec is judged; not what the operator writes beside it. */
  private ValidatingWebhookConfiguration configuration(Map<String, String> certificates) {
    String authorities =
        Base64.getEncoder()
            .encodeToString(
                certificates
                    .getOrDefault(Certificates.AUTHORITIES, "")
                    .getBytes(StandardCharsets.US_ASCII));
    return new ValidatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withLabels(LABELS)
        .withOwnerReferences(role().stream().toList())
        .endMetadata()
        .addNewWebhook()
        .withName("resources.naru.dev")
        .withNewClientConfig()
        .withCaBundle(authorities)
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
        .withOperations("CREATE", "UPDATE")
        .withResources("*")
        .withScope("Namespaced")
        .endRule()
        .addNewMatchCondition()
        .withName("what-is-wanted-changed")
        .withExpression("oldObject == null || object.spec != oldObject.spec")
        .endMatchCondition()
        .withFailurePolicy("Ignore")
        .withMatchPolicy("Equivalent")
        .withSideEffects("None")
        .withTimeoutSeconds(5)
        .withAdmissionReviewVersions("v1")
        .endWebhook()
        .build();
  }

  private Optional<OwnerReference> role() {
    ClusterRole role =
        Trouble.call(
            "read cluster role naru-operator",
            () -> client.rbac().clusterRoles().withName("naru-operator").get());
    return Optional.ofNullable(role)
        .map(r ->
            new OwnerReference(
                "rbac.authorization.k8s.io/v1",
                false,
                false,
                "ClusterRole",
                r.getMetadata().getName(),
                r.getMetadata().getUid()));
  }

  @Override
  public void close() {
    thread.interrupt();
    client.close();
  }
}
