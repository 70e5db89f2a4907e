package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.GroupId;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * Kills members by a container of Naru's own beside them, which has the right to: no other way is
 * open to us.
 */
final class Drill {
  private final Setup settings;
  private final Native seen;
  private final Replicas replicas;

  Drill(Setup settings, Native seen, Replicas replicas) {
    this.settings = settings;
    this.seen = seen;
    this.replicas = replicas;
  }

  void kill(GroupId group, int index) {
    Pod pod =
        seen.pods(group).stream()
            .filter(p -> replicas.member(group, p).filter(m -> m.index() == index).isPresent())
            .filter(Drill::running)
            .findFirst()
            .orElseThrow(() ->
                new NaruException(
                    Code.NOT_FOUND, "there is no running replica " + index + " of " + group));
    EphemeralContainer killer =
        new EphemeralContainerBuilder()
            .withName("drill-" + Long.toString(settings.clock().millis(), 36))
            .withImage(ownImage(group.project()))
            .withArgs(settings.words().kill())
            .withTargetContainerName(Sight.MAIN)
            .withSecurityContext(PodRecipe.security())
            .build();
    try {
      settings
          .client()
          .pods()
          .resource(pod)
          .ephemeralContainers()
          .edit(p -> {
            p.getSpec().getEphemeralContainers().add(killer);
            return p;
          });
    } catch (KubernetesClientException e) {
      throw Trouble.of("kill replica " + index + " of " + group, e);
    }
  }

  /** Naru's own image; who has only a kubeconfig finds it where it runs. */
  private String ownImage(String namespace) {
    return settings.systemImage().isEmpty()
        ? seen.pods().stream()
            .filter(p -> p.getMetadata().getNamespace().equals(namespace))
            .filter(p -> Labels.group(p).isEmpty())
            .map(p -> p.getSpec().getContainers().getFirst().getImage())
            .findFirst()
            .orElseThrow(() ->
                new NaruException(
                    Code.CONFLICT, "nothing of Naru's own runs in namespace " + namespace))
        : settings.systemImage();
  }

  private static boolean running(Pod pod) {
    return !Sight.terminating(pod)
        && Sight.main(pod).map(ContainerStatus::getState).map(s -> s.getRunning()).isPresent();
  }
}
