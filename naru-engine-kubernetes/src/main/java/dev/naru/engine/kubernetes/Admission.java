package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the API server's own gate for images: {@link ImagePolicy} in every namespace with work of
 * ours, and the list that it looks at. To be called by one thread, but for what only looks.
 */
final class Admission {
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final ImagePolicy policy;
  private final AllowedImages images;
  private final Native seen;
  private final Clock clock;
  private volatile Set<String> protectedNow = Set.of();
  private volatile boolean protects;
  private Instant next = Instant.EPOCH;

  /**
   * Opens the list; nothing is held back yet.
   *
   * @param namespace the operator's own, in which the list is
   */
  Admission(
      KubernetesClient client, String namespace, AllowedImages images, Native seen, Clock clock) {
    this.client = client;
    this.policy = new ImagePolicy(namespace);
    this.images = images;
    this.seen = seen;
    this.clock = clock;
    images.open(() -> running(seen));
  }

  /** The namespaces in which it holds; empty as long as that is not known. */
  Optional<Set<String>> namespaces() {
    return protects ? Optional.of(protectedNow) : Optional.empty();
  }

  /**
   * What there is to decide about where the rules changed.
   *
   * @param list what the list has
   * @param systemImage Naru's own image by digest
   */
  Recall.Seen look(Map<String, String> list, String systemImage) {
    Map<String, Set<String>> ours = running(seen);
    Set<String> running = new HashSet<>();
    ours.forEach((project, images) -> keys(project, images, running));
    for (Pod other : seen.others()) {
      Set<String> images = new HashSet<>();
      other.getSpec().getInitContainers().forEach(c -> images.add(c.getImage()));
      other.getSpec().getContainers().forEach(c -> images.add(c.getImage()));
      keys(other.getMetadata().getNamespace(), images, running);
    }
    ours.keySet().retainAll(protectedNow);
    return new Recall.Seen(list, ours, running, systemImage);
  }

  private static void keys(String project, Set<String> images, Set<String> keys) {
    images.forEach(i -> AllowedImages.key(project, i).ifPresent(keys::add));
  }

  /** The images of all pods, and templates of pods, of Naru's that are seen, by namespace. */
  private static Map<String, Set<String>> running(Native seen) {
    Map<String, Set<String>> running = new HashMap<>();
    seen.pods().forEach(p -> add(running, p, p.getSpec()));
    seen.jobs().forEach(j -> add(running, j, j.getSpec().getTemplate().getSpec()));
    seen.deployments().forEach(d -> add(running, d, d.getSpec().getTemplate().getSpec()));
    return running;
  }

  private static void add(Map<String, Set<String>> running, HasMetadata of, PodSpec pods) {
    Set<String> images =
        running.computeIfAbsent(of.getMetadata().getNamespace(), _ -> new HashSet<>());
    pods.getContainers().forEach(c -> images.add(c.getImage()));
  }

  /**
   * Holds it in these namespaces, and in no other.
   *
   * @param namespaces in which there is work of ours
   */
  void protect(Set<String> namespaces) {
    Set<String> wanted =
        namespaces.stream().filter(policy::protects).collect(Collectors.toUnmodifiableSet());
    if (wanted.equals(protectedNow) && clock.instant().isBefore(next)) {
      return;
    }
    Optional<OwnerReference> role = Webhook.role(client);
    if (!wanted.isEmpty()) {
      Trouble.apply(
          client, "apply where the policy for images holds", policy.binding(wanted, role));
    } else if (!protectedNow.isEmpty()) {
      Trouble.run(
          "remove the policy for images",
          () ->
              client
                  .admissionRegistration()
                  .v1()
                  .validatingAdmissionPolicyBindings()
                  .withName(ImagePolicy.NAME)
                  .delete());
    }
    images.tidy(wanted::contains);
    protectedNow = wanted;
    protects = true;
    next = clock.instant().plus(EVERY);
  }
}
