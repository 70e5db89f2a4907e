package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes groups go. */
final class Removals {
  private static final int KEPT_SECONDS = 3600;

  private final KubernetesClient client;
  private final Native seen;
  private final Clock clock;

  Removals(KubernetesClient client, Native seen, Clock clock) {
    this.client = client;
    this.seen = seen;
    this.clock = clock;
  }

  /**
   * Leaves a Job that is over, and its pods that have ended, to people for an hour: their logs are
   * there as long as they are. A gang's Job makes no other pods, so it is over as soon as they are.
   */
  private void keep(Job job, List<Pod> pods) {
    String label = "{\"metadata\":{\"labels\":{\"%s\":\"true\"}}".formatted(Labels.KEPT);
    for (Pod pod : pods) {
      if (stays(pod)) {
        client.pods().resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE), label + "}");
      }
    }
    client
        .batch()
        .v1()
        .jobs()
        .resource(job)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            label + ",\"spec\":{\"ttlSecondsAfterFinished\":" + KEPT_SECONDS + "}}");
  }

  /** Whether it goes with its Job, and no sooner. */
  private boolean stays(Pod pod) {
    return Sight.exit(pod, clock.instant()).isPresent()
        && pod.getMetadata().getLabels().containsKey(Labels.JOB);
  }

  /**
   * Whether there is something to look at of a Job that is over: a gang's by its own word, for no
   * rank of it is started again.
   */
  private boolean keeps(GroupId id, Job job) {
    return id.kind() == Kind.TRAINING
        ? seen.pods(id).stream().anyMatch(Sight::began)
        : JobReplicas.over(job);
  }

  /** Asks all members to stop, and removes everything that was made for them. */
  void remove(GroupId id, Duration grace) {
    Map<String, String> labels = Labels.of(id);
    String namespace = id.project();
    Optional<Job> job = seen.job(id);
    boolean keep = job.filter(j -> keeps(id, j)).isPresent();
    // As seen once: one that ends meanwhile would be neither kept nor deleted.
    List<Pod> pods = List.copyOf(seen.pods(id));
    Trouble.run(
        "remove " + id,
        () -> {
          if (keep) {
            keep(job.orElseThrow(), pods);
          } else {
            // In the foreground: the object stays until its pods have ended.
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabels(labels)
                .withoutLabel(Labels.KEPT)
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
          }
          client
              .apps()
              .deployments()
              .inNamespace(namespace)
              .withLabels(labels)
              .withPropagationPolicy(DeletionPropagation.FOREGROUND)
              .delete();
          for (Pod pod : pods) {
            if (!(keep && stays(pod)) && (!Sight.terminating(pod) || grace.isZero())) {
              client.pods().resource(pod).withGracePeriod(grace.toSeconds()).delete();
            }
          }
          client.services().inNamespace(namespace).withLabels(labels).delete();
          client
              .policy()
              .v1()
              .podDisruptionBudget()
              .inNamespace(namespace)
              .withLabels(labels)
              .delete();
        });
  }
}
