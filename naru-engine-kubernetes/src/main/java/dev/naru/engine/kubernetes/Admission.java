package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.OwnerReference;
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
import java.util.stream.Stream;

/**
 * Keeps the API server's own gate for images: {@link ImagePolicy} in every namespace with work of
 * ours, and the list that it looks at. To be called by one thread.
 */
final class Admission {
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final ImagePolicy policy;
  private final AllowedImages images;
  private final Clock clock;
  private Set<String> protectedNow = Set.of();
  private Instant next = Instant.EPOCH;

  /**
   * Keeps nothing yet.
   *
   * @param namespace the operator's own, in which the list is
   */
  Admission(KubernetesClient client, String namespace, AllowedImages images, Clock clock) {
    this.client = client;
    this.policy = new ImagePolicy(namespace);
    this.images = images;
    this.clock = clock;
  }

  /** The images of all pods, and templates of pods, of Naru's that are seen, by namespace. */
  static Map<String, Set<String>> running(Native seen) {
    Map<String, Set<String>> running = new HashMap<>();
    Stream<Map.Entry<String, PodSpec>> specs =
        Stream.of(
                seen.pods().stream()
                    .map(p -> Map.entry(p.getMetadata().getNamespace(), p.getSpec())),
                seen.jobs().stream()
                    .map(j ->
                        Map.entry(
                            j.getMetadata().getNamespace(), j.getSpec().getTemplate().getSpec())),
                seen.deployments().stream()
                    .map(d ->
                        Map.entry(
                            d.getMetadata().getNamespace(), d.getSpec().getTemplate().getSpec())))
            .flatMap(s -> s);
    specs.forEach(e ->
        e.getValue()
            .getContainers()
            .forEach(
                c -> running.computeIfAbsent(e.getKey(), _ -> new HashSet<>()).add(c.getImage())));
    return running;
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
    next = clock.instant().plus(EVERY);
  }
}
