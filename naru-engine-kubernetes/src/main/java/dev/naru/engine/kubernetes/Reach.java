package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Judgement.Level;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/**
 * What of a cluster may be looked at.
 *
 * @param namespace the only one; empty for all
 * @param nodes whether the nodes may be looked at too
 */
public record Reach(Optional<String> namespace, boolean nodes) {
  /** What a control plane lacks that works in one namespace, in words; printed by the install. */
  public static final List<String> LACKS =
      List.of(
          "nodes are not looked at, so free capacity is not known: what does not fit is made all"
              + " the same and waits as Pending pods, with the scheduler's words",
          "no webhook judges resources: what is wrong within one is not refused by kubectl apply,"
              + " but said by its condition Accepted",
          "naru top shows workloads without nodes");

  /** All of the cluster. */
  public static final Reach ALL = new Reach(Optional.empty(), true);

  /** One namespace, without the nodes. */
  public static Reach of(String namespace) {
    return new Reach(Optional.of(namespace), false);
  }

  /**
   * What the rights of a person reach.
   *
   * @param namespace the one that is looked at where not all can be
   */
  public static Reach asked(Cluster cluster, String namespace) {
    try (KubernetesClient client = cluster.client()) {
      boolean all =
          may(client, "", "pods")
              && may(client, "apps", "deployments")
              && may(client, "batch", "jobs")
              && may(client, "", "persistentvolumeclaims")
              && may(client, "naru.dev", "trainings");
      return all ? new Reach(Optional.empty(), may(client, "", "nodes")) : of(namespace);
    }
  }

  private static boolean may(KubernetesClient client, String group, String resource) {
    SelfSubjectAccessReview question =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withGroup(group)
            .withResource(resource)
            .withVerb("list")
            .endResourceAttributes()
            .endSpec()
            .build();
    return Trouble.call(
        "ask what may be looked at",
        () -> client.resource(question).create().getStatus().getAllowed());
  }

  /** What a plan says of a control plane that works in one namespace. */
  static List<Judgement> downgrades() {
    return LACKS.stream().map(l -> new Judgement(Level.DOWNGRADED, "", "", l)).toList();
  }
}
