package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What whoever installed Naru wants of the pods that it makes.
 *
 * @param labels on every pod, beside Naru's own
 * @param imagePullSecrets of pods of Naru's own image; each namespace has secrets of these names
 * @param nodeSelector where pods of Naru's own image may be
 * @param tolerations of pods of Naru's own image
 * @param affinity of pods of Naru's own image; null for none
 * @param priorityClassName of pods of Naru's own image; empty for none
 */
record OwnPods(
    Map<String, String> labels,
    List<LocalObjectReference> imagePullSecrets,
    Map<String, String> nodeSelector,
    List<Toleration> tolerations,
    @Nullable Affinity affinity,
    String priorityClassName) {
  /** Nothing is wanted. */
  static final OwnPods ANY = new OwnPods(Map.of(), List.of(), Map.of(), List.of(), null, "");

  /**
   * Reads the chart's text.
   *
   * @param json an object with these fields; empty for nothing
   * @throws NaruException INVALID where it is not that
   */
  static OwnPods parse(String json) {
    if (json.isBlank()) {
      return ANY;
    }
    try {
      OwnPods read = new KubernetesSerialization().unmarshal(json, OwnPods.class);
      return new OwnPods(
          read.labels == null ? Map.of() : read.labels,
          read.imagePullSecrets == null ? List.of() : read.imagePullSecrets,
          read.nodeSelector == null ? Map.of() : read.nodeSelector,
          read.tolerations == null ? List.of() : read.tolerations,
          read.affinity,
          read.priorityClassName == null ? "" : read.priorityClassName);
    } catch (RuntimeException e) {
      throw new NaruException(
          Code.INVALID,
          "cannot start: NARU_SERVING is no such object: " + e.getMessage() + "; see charts/naru",
          e);
    }
  }

  /** A pod of Naru's own image, as it is wanted. */
  PodSpecBuilder of(PodSpecBuilder spec) {
    spec.withImagePullSecrets(imagePullSecrets)
        .withNodeSelector(nodeSelector)
        .withTolerations(tolerations);
    if (affinity != null) {
      spec.withAffinity(joined(affinity, spec.buildAffinity()));
    }
    return priorityClassName.isEmpty() ? spec : spec.withPriorityClassName(priorityClassName);
  }

  /** What a volume of one node demands holds beside what is wanted. */
  private static Affinity joined(Affinity wanted, @Nullable Affinity demanded) {
    if (demanded == null || demanded.getPodAffinity() == null) {
      return wanted;
    }
    return new AffinityBuilder(wanted)
        .editOrNewPodAffinity()
        .addAllToRequiredDuringSchedulingIgnoredDuringExecution(
            demanded.getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution())
        .endPodAffinity()
        .build();
  }

  /**
   * The pods of a group, as they are wanted.
   *
   * @param own whether they are of Naru's own image
   */
  PodTemplateSpec of(PodTemplateSpec pods, boolean own) {
    PodTemplateSpecBuilder wanted = new PodTemplateSpecBuilder(pods);
    wanted.editMetadata().withLabels(labelled(pods.getMetadata().getLabels())).endMetadata();
    return own
        ? wanted.withSpec(of(new PodSpecBuilder(pods.getSpec())).build()).build()
        : wanted.build();
  }

  /** A pod's labels: Naru's own, which find it again, before all others. */
  SortedMap<String, String> labelled(Map<String, String> own) {
    SortedMap<String, String> all = new TreeMap<>(labels);
    all.putAll(own);
    return all;
  }
}
