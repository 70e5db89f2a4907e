package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.GroupId;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Kills members by a container of Naru's own beside them, which has the right to: no other way is
 * open to us.
 */
final class Drill {
  /** What a container takes to start beside a member, on a busy node too. */
  private static final Duration AHEAD = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;

  private final Setup settings;
  private final Native seen;
  private final Replicas replicas;

  Drill(Setup settings, Native seen, Replicas replicas) {
    this.settings = settings;
    this.seen = seen;
    this.replicas = replicas;
  }

  /**
   * Returns once the member is dead.
   *
   * @return when it was to die, by its node's clock: not after its death, but for what the clocks
   *     differ
   */
  Instant kill(GroupId group, int index) {
    Pod pod =
        seen.pods(group).stream()
            .filter(p -> replicas.member(group, p).filter(m -> m.index() == index).isPresent())
            .filter(Drill::running)
            .findFirst()
            .orElseThrow(() ->
                new NaruException(
                    Code.NOT_FOUND, "there is no running replica " + index + " of " + group));
    Instant at = settings.clock().instant().plus(AHEAD);
    String name = "drill-" + Long.toString(at.toEpochMilli(), 36);
    EphemeralContainer killer =
        new EphemeralContainerBuilder()
            .withName(name)
            .withImage(ownImage(group.project()))
            .withArgs(settings.words().kill(at))
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
    died(pod, name);
    return at;
  }

  /** Waits for the member's end. */
  private void died(Pod killed, String killer) {
    Instant until = settings.clock().instant().plus(PATIENCE);
    String said = "";
    while (settings.clock().instant().isBefore(until)) {
      Optional<Pod> pod =
          seen.pods().stream()
              .filter(p -> p.getMetadata().getUid().equals(killed.getMetadata().getUid()))
              .findFirst();
      if (pod.filter(p -> runs(p, killed)).isEmpty()) {
        return;
      }
      Optional<ContainerState> state =
          pod.get().getStatus().getEphemeralContainerStatuses().stream()
              .filter(c -> c.getName().equals(killer))
              .map(ContainerStatus::getState)
              .findFirst();
      Optional<ContainerStateTerminated> end = state.map(ContainerState::getTerminated);
      if (end.filter(e -> e.getExitCode() != 0).isPresent()) {
        throw failed(killed, "it ended with " + end.get().getExitCode());
      }
      said = state.map(ContainerState::getWaiting).map(w -> w.getReason()).orElse("");
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failed(killed, "interrupted");
      }
    }
    throw failed(killed, "the member still runs" + (said.isEmpty() ? "" : "; it says " + said));
  }

  /** Whether it is the same life of the same pod: one that is killed may be started again. */
  private static boolean runs(Pod pod, Pod killed) {
    return running(pod) && life(pod).equals(life(killed));
  }

  private static Optional<String> life(Pod pod) {
    return Sight.main(pod).map(ContainerStatus::getContainerID);
  }

  private static NaruException failed(Pod pod, String why) {
    return new NaruException(
        Code.FAILED,
        "cannot kill a member in pod %s by a container beside it: %s; kubectl describe pod has more"
            .formatted(pod.getMetadata().getName(), why));
  }

  /**
   * Naru's own image; who has only a kubeconfig finds it where it runs, in the youngest pod: one
   * beside a volume outlives an upgrade.
   */
  private String ownImage(String namespace) {
    return settings.systemImage().isEmpty()
        ? seen.pods().stream()
            .filter(p -> p.getMetadata().getNamespace().equals(namespace))
            .filter(Labels::isOwn)
            .max(Replicas.BY_AGE)
            .map(p -> p.getSpec().getContainers().getFirst().getImage())
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
