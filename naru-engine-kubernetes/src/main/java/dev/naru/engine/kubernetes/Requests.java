package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod takes of its node, as the cluster's scheduler counts it: its containers and sidecars
 * together, or more where an init container asks for more, and its overhead. Pure.
 *
 * @param cpuMillis thousandths of a processor
 * @param memoryBytes memory
 */
record Requests(long cpuMillis, long memoryBytes) {
  static final Requests NONE = new Requests(0, 0);

  static Requests of(Pod pod) {
    PodSpec spec = pod.getSpec();
    Requests sidecars = NONE;
    Requests most = NONE;
    for (Container init : spec.getInitContainers()) {
      if ("Always".equals(init.getRestartPolicy())) {
        sidecars = sidecars.plus(of(init.getResources()));
        most = most.most(sidecars);
      } else {
        most = most.most(sidecars.plus(of(init.getResources())));
      }
    }
    Requests all = sidecars;
    for (Container container : spec.getContainers()) {
      all = all.plus(of(container.getResources()));
    }
    return all.most(most).orPod(spec.getResources()).plus(of(spec.getOverhead()));
  }

  /** What is said of the pod as a whole is meant, whatever its containers say. */
  private Requests orPod(@Nullable ResourceRequirements pod) {
    Map<String, Quantity> said = pod == null ? null : pod.getRequests();
    return said == null
        ? this
        : new Requests(
            said.containsKey("cpu") ? millis(said.get("cpu")) : cpuMillis,
            said.containsKey("memory") ? bytes(said.get("memory")) : memoryBytes);
  }

  private static Requests of(@Nullable ResourceRequirements resources) {
    return of(resources == null ? null : resources.getRequests());
  }

  static Requests of(@Nullable Map<String, Quantity> amounts) {
    return amounts == null
        ? NONE
        : new Requests(millis(amounts.get("cpu")), bytes(amounts.get("memory")));
  }

  Requests plus(Requests other) {
    return new Requests(cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
  }

  private Requests most(Requests other) {
    return new Requests(
        Math.max(cpuMillis, other.cpuMillis), Math.max(memoryBytes, other.memoryBytes));
  }

  private static long millis(@Nullable Quantity quantity) {
    return quantity == null
        ? 0
        : quantity
            .getNumericalAmount()
            .multiply(BigDecimal.valueOf(1000))
            .setScale(0, RoundingMode.CEILING)
            .longValue();
  }

  static long bytes(@Nullable Quantity quantity) {
    return quantity == null ? 0 : quantity.getNumericalAmount().longValue();
  }

  /**
   * A pod without all that is not needed for this, so that those of a whole cluster are little; its
   * images are kept too.
   */
  static Pod bare(Pod pod) {
    PodSpec spec = pod.getSpec();
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withUid(pod.getMetadata().getUid())
        .withResourceVersion(pod.getMetadata().getResourceVersion())
        .endMetadata()
        .withNewSpec()
        .withNodeName(spec.getNodeName())
        .withInitContainers(bare(spec.getInitContainers()))
        .withContainers(bare(spec.getContainers()))
        .withResources(spec.getResources())
        .withOverhead(spec.getOverhead())
        .endSpec()
        .build();
  }

  private static List<Container> bare(List<Container> containers) {
    return containers.stream()
        .map(c ->
            new ContainerBuilder()
                .withImage(c.getImage())
                .withRestartPolicy(c.getRestartPolicy())
                .withResources(c.getResources())
                .build())
        .toList();
  }
}
