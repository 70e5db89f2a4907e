package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the webhook that refuses bad resources with the reader's words, and lets in pods that
 * others make of verified images: its certificate, its pods, and its configurations once the
 * certificate is served. The pods are the operator's own with another program, so that what was
 * chosen for those (pull secrets, tolerations, node selector, labels) holds here too. All of it
 * goes with the operator's Deployment and ClusterRole.
 *
 * <p>Where the webhook is away, resources are accepted as the schema has it and judged by the
 * operator, and of others' pods those are let in whose images are in the list already: nothing is
 * held up by it ({@code failurePolicy: Ignore}).
 */
public final class Webhook implements AutoCloseable {
  private static final String NAME = WebhookObjects.NAME;

  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final String namespace;
  private final List<String> program;
  private final Supplier<Optional<Set<String>>> namespaces;
  private final Clock clock;
  private final Thread thread;
  private volatile String trouble = "it was not looked at yet";

  private Webhook(
      Cluster cluster,
      String namespace,
      List<String> program,
      Supplier<Optional<Set<String>>> namespaces,
      Clock clock) {
    this.client = cluster.client();
    this.namespace = namespace;
    this.program = program;
    this.namespaces = namespaces;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("webhook").unstarted(this::keep);
  }

  /**
   * Keeps it from now on, by a thread of its own.
   *
   * @param namespace the operator's own
   * @param program arguments of the webhook's program; folder of its certificate and port are added
   * @param namespaces in which it is asked about pods; empty as long as that is not known
   */
  public static Webhook start(
      Cluster cluster,
      String namespace,
      List<String> program,
      Supplier<Optional<Set<String>>> namespaces,
      Clock clock) {
    Webhook webhook = new Webhook(cluster, namespace, program, namespaces, clock);
    webhook.thread.start();
    return webhook;
  }

  /** What keeps it from its work, in words; empty for nothing. */
  public String trouble() {
    return trouble;
  }

  private void keep() {
    Optional<Set<String>> asked = Optional.empty();
    Instant next = Instant.EPOCH;
    while (!Thread.currentThread().isInterrupted()) {
      Optional<Set<String>> wanted = namespaces.get();
      Instant now = clock.instant();
      if (!trouble.isEmpty() || !wanted.equals(asked) || !now.isBefore(next)) {
        look(wanted, now);
        asked = wanted;
        next = now.plus(EVERY);
      }
      try {
        Thread.sleep(SOON);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look(Optional<Set<String>> wanted, Instant now) {
    String before = trouble;
    try {
      trouble = kept(wanted, now);
    } catch (RuntimeException e) {
      trouble = String.valueOf(e.getMessage());
    }
    if (!trouble.equals(before)) {
      LOG.info("the webhook {}", trouble.isEmpty() ? "judges resources" : "waits: " + trouble);
    }
  }

  private String kept(Optional<Set<String>> wanted, Instant now) {
    Deployment operator =
        Trouble.call(
            "read the operator's deployment",
            () ->
                client.apps().deployments().inNamespace(namespace).withName("naru-operator").get());
    if (operator == null) {
      return "there is no deployment naru-operator in namespace " + namespace;
    }
    OwnerReference owner =
        new OwnerReference(
            "apps/v1",
            false,
            false,
            "Deployment",
            operator.getMetadata().getName(),
            operator.getMetadata().getUid());
    WebhookObjects objects = new WebhookObjects(namespace, owner);
    Map<String, String> certificates = certificates(objects, now);
    put(objects.deployment(operator, program));
    put(objects.service());
    put(objects.budget());
    if (!served()) {
      return "its pods are not ready yet";
    }
    Optional<OwnerReference> role = role(client);
    put(objects.configuration(certificates, role));
    String authorities = WebhookObjects.authorities(certificates);
    wanted.ifPresent(in -> put(new PodHook(namespace).configuration(in, authorities, role)));
    return "";
  }

  private Map<String, String> certificates(WebhookObjects objects, Instant now) {
    Secret there =
        Trouble.call(
            "read secret " + NAME,
            () -> client.secrets().inNamespace(namespace).withName(NAME).get());
    Map<String, String> texts = new HashMap<>();
    if (there != null && there.getData() != null) {
      there.getData().forEach((name, data) -> texts.put(name, decoded(data)));
    }
    Map<String, String> wanted = Certificates.renewed(texts, objects.host(), now);
    if (!wanted.equals(texts)) {
      Secret secret = objects.secret(wanted);
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
            there,
            "the webhook's certificate was renewed; it is valid until "
                + Certificates.ends(wanted).orElse(now),
            now);
      }
    }
    return wanted;
  }

  /** For those who look for the reason why nothing was refused for a while. */
  private void tell(Secret secret, String message, Instant now) {
    LOG.info(message);
    Trouble.run(
        "say that a certificate was renewed",
        () ->
            client
                .resource(ClusterEvents.of(secret, "Normal", "CertificateRenewed", message, now))
                .create());
  }

  private static String decoded(String data) {
    try {
      return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
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
    Trouble.apply(
        client, "apply " + object.getKind().toLowerCase(Locale.ROOT) + " " + NAME, object);
  }

  /** The operator's role, with which goes what it makes for the whole cluster. */
  static Optional<OwnerReference> role(KubernetesClient client) {
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
