package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.spec.Bytes;
import dev.naru.spec.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Volumes as claims. A claim has no owner: it outlives its Volume, the operator and Naru itself,
 * and is found again by its name and labels.
 */
final class Claims {
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

  void ensureModels(String namespace) {
    ensure(namespace, Custom.MODELS, Bytes.ofMebibytes(1024), "ReadWriteMany");
  }

  void ensure(String namespace, Volume volume) {
    ensure(namespace, volume.name(), volume.spec().size(), volume.spec().access().name());
  }

  Set<String> of(String namespace) {
    Set<String> names = new TreeSet<>();
    for (PersistentVolumeClaim claim : seen.claims()) {
      Map<String, String> labels = claim.getMetadata().getLabels();
      if (claim.getMetadata().getNamespace().equals(namespace)
          && Labels.VOLUME.equals(labels.get(Labels.KIND))) {
        names.add(labels.getOrDefault(Labels.NAME, ""));
      }
    }
    return names;
  }

  /** Whether only one node can have it. */
  boolean ofOneNode(String namespace, String volume) {
    return seen.claim(namespace, Places.claim(volume))
        .map(c -> c.getSpec().getAccessModes())
        .filter(modes -> !modes.contains("ReadWriteMany"))
        .isPresent();
  }

  void remove(String namespace, String volume) {
    Trouble.run(
        "remove volume " + volume,
        () ->
            client
                .persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(Places.claim(volume))
                .delete());
  }
}
