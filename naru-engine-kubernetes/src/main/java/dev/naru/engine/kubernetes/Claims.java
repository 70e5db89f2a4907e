package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.spec.Bytes;
import dev.naru.spec.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Volumes as claims. A claim has no owner: it outlives its Volume, the operator and Naru itself,
 * and is found again by its name and labels.
 */
final class Claims {
  private static final Duration GOES_WITHIN = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final Native seen;

  Claims(KubernetesClient client, Native seen) {
    this.client = client;
    this.seen = seen;
  }

  /** Makes a Volume's claim where it is absent; one of somebody else's is not taken. */
  void ensure(String namespace, String volume, Bytes size, String access) {
    Optional<PersistentVolumeClaim> there = seen.claim(namespace, Places.claim(volume));
    if (there.isPresent()) {
      if (going(there.get())) {
        throw new NaruException(
            Code.CONFLICT,
            "cannot make volume " + volume + ": the one before is still being removed; try again");
      }
      return;
    }
    PersistentVolumeClaim claim =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(Places.claim(volume))
            .withLabels(Labels.of(namespace, Labels.VOLUME, volume))
            .endMetadata()
            .withNewSpec()
            .withAccessModes(access)
            .withNewResources()
            .withRequests(Map.of("storage", new Quantity(Long.toString(size.value()))))
            .endResources()
            .endSpec()
            .build();
    try {
      client.resource(claim).create();
    } catch (KubernetesClientException e) {
      if (!Trouble.conflict(e)) {
        throw Trouble.of("make the claim of volume " + volume, e);
      }
      requireOwn(namespace, volume);
    }
  }

  private void requireOwn(String namespace, String volume) {
    PersistentVolumeClaim there =
        client.persistentVolumeClaims().inNamespace(namespace).withName(Places.claim(volume)).get();
    Map<String, String> labels = there == null ? Map.of() : there.getMetadata().getLabels();
    if (there != null && (labels == null || !Labels.NARU.equals(labels.get(Labels.MANAGED_BY)))) {
      throw new NaruException(
          Code.CONFLICT,
          "cannot use claim %s for volume %s: it was not made by Naru; rename the Volume, or label"
                  .formatted(Places.claim(volume), volume)
              + " the claim %s=%s,%s=%s,%s=%s,%s=%s to hand it over"
                  .formatted(
                      Labels.MANAGED_BY,
                      Labels.NARU,
                      Labels.PROJECT,
                      namespace,
                      Labels.KIND,
                      Labels.VOLUME,
                      Labels.NAME,
                      volume));
    }
  }

  void ensure(String namespace, Volume volume) {
    ensure(namespace, volume.name(), volume.spec().size(), volume.spec().access().name());
  }

  /** The Volume of models whose Training has no checkpoints. */
  void ensureModels(String namespace) {
    ensure(namespace, Custom.MODELS, Bytes.ofMebibytes(1024), "ReadWriteMany");
  }

  private static boolean going(PersistentVolumeClaim claim) {
    return claim.getMetadata().getDeletionTimestamp() != null;
  }

  /** The Volumes of a namespace; that of models is none of a file's. */
  Set<String> of(String namespace) {
    Set<String> names = new TreeSet<>();
    for (PersistentVolumeClaim claim : seen.claims()) {
      Map<String, String> labels = claim.getMetadata().getLabels();
      if (claim.getMetadata().getNamespace().equals(namespace)
          && !going(claim)
          && Labels.VOLUME.equals(labels.get(Labels.KIND))) {
        names.add(labels.getOrDefault(Labels.NAME, ""));
      }
    }
    names.remove(Custom.MODELS);
    return names;
  }

  /** Whether only one node can have it. */
  boolean ofOneNode(String namespace, String volume) {
    return seen.claim(namespace, Places.claim(volume))
        .map(c -> c.getSpec().getAccessModes())
        .filter(modes -> !modes.contains("ReadWriteMany"))
        .isPresent();
  }

  /**
   * Removes a claim with the ended pods that were kept for their logs and hold it, and waits until
   * it is gone.
   *
   * @throws NaruException CONFLICT where others use it after a while: it goes with the last
   */
  void remove(String namespace, String volume) {
    String name = Places.claim(volume);
    Trouble.run(
        "remove volume " + volume,
        () -> {
          client.persistentVolumeClaims().inNamespace(namespace).withName(name).delete();
          users(namespace, name).filter(Labels::isKept).forEach(p -> client.resource(p).delete());
        });
    long end = System.nanoTime() + GOES_WITHIN.toNanos();
    while (seen.claim(namespace, name).isPresent()) {
      if (System.nanoTime() > end) {
        throw new NaruException(
            Code.CONFLICT,
            "cannot remove volume %s yet: it goes once no pod uses it; still there: %s"
                .formatted(
                    volume,
                    users(namespace, name)
                        .map(p -> p.getMetadata().getName())
                        .collect(Collectors.joining(", "))));
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new NaruException(Code.CONFLICT, "interrupted while removing volume " + volume, e);
      }
    }
  }

  /** The pods of Naru's that have a claim. */
  private Stream<Pod> users(String namespace, String claim) {
    return seen.pods().stream()
        .filter(p -> p.getMetadata().getNamespace().equals(namespace))
        .filter(p ->
            p.getSpec().getVolumes().stream()
                .anyMatch(v ->
                    v.getPersistentVolumeClaim() != null
                        && v.getPersistentVolumeClaim().getClaimName().equals(claim)));
  }
}
