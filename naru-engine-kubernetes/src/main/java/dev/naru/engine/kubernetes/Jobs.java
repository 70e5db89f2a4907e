package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** Native objects of groups. Pure. */
final class Jobs {
  /** Sysexits that are not tried again: usage, data, configuration. */
  private static final List<Integer> FINAL_EXITS = IntStream.rangeClosed(64, 78).boxed().toList();

  /** Retries of one shard that the cluster makes; the control plane ends a run long before. */
  private static final int SHARD_RETRIES = 100;

  private Jobs() {}

  /** A gang, which has no ranks yet: it is suspended until {@link #release} is patched into it. */
  static Job gang(Group group, PodTemplateSpec pods, List<OwnerReference> owner) {
    return job(group.waiting(), pods, owner, onDisruption("FailJob"), onFinalExit("FailJob"))
        .editSpec()
        .withSuspend(true)
        .withBackoffLimit(0)
        .endSpec()
        .build();
  }

  /** Lets the ranks of a gang start, all of them, as a merge patch of its Job. */
  static String release(Group group) {
    return "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}},\"spec\":{\"suspend\":false}}"
        .formatted(Labels.MEMBERS, Members.of(group));
  }

  /** What is written on a Job of the members that it shall have, as a merge patch. */
  static String members(List<Member> members) {
    return "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}"
        .formatted(Labels.MEMBERS, Members.text(members));
  }

  /** Whether a gang's Job waits for {@link #release}. */
  static boolean waits(Job job) {
    return Boolean.TRUE.equals(job.getSpec().getSuspend());
  }

  /** The shards of a Preparation. */
  static Job shards(Group group, PodTemplateSpec pods, List<OwnerReference> owner) {
    return job(group, pods, owner, onDisruption("Ignore"), onFinalExit("FailIndex"))
        .editSpec()
        .withBackoffLimitPerIndex(SHARD_RETRIES)
        .endSpec()
        .build();
  }

  /** One start of a shard that its Job counts as done, and so would not start again. */
  static Pod shard(Group group, Member member, PodTemplateSpec pods, List<OwnerReference> owner) {
    String index = Integer.toString(member.index());
    return new PodBuilder()
        .withMetadata(
            meta(group, owner)
                .addToLabels(Labels.LINK, Labels.ofPods(group.id()).get(Labels.LINK))
                .withName(group.id().name() + "-" + index + "-" + member.start())
                .addToLabels(Labels.INDEX, index)
                .addToAnnotations(Labels.INDEX, index)
                .addToAnnotations(JobReplicas.FAILURES, Integer.toString(member.start()))
                .build())
        .withSpec(pods.getSpec())
        .build();
  }

  private static JobBuilder job(
      Group group,
      PodTemplateSpec pods,
      List<OwnerReference> owner,
      PodFailurePolicyRule... rules) {
    int size = group.template().worldSize();
    return new JobBuilder()
        .withMetadata(
            meta(group, owner).addToAnnotations(Labels.MEMBERS, Members.of(group)).build())
        .withNewSpec()
        .withCompletionMode("Indexed")
        .withCompletions(size)
        .withParallelism(size)
        .withPodReplacementPolicy("Failed")
        .withNewPodFailurePolicy()
        .withRules(rules)
        .endPodFailurePolicy()
        .withTemplate(pods)
        .endSpec();
  }

  private static PodFailurePolicyRule onDisruption(String action) {
    return new PodFailurePolicyRuleBuilder()
        .withAction(action)
        .addNewOnPodCondition("True", "DisruptionTarget")
        .build();
  }

  private static PodFailurePolicyRule onFinalExit(String action) {
    return new PodFailurePolicyRuleBuilder()
        .withAction(action)
        .withNewOnExitCodes()
        .withContainerName(Sight.MAIN)
        .withOperator("In")
        .withValues(FINAL_EXITS)
        .endOnExitCodes()
        .build();
  }

  /**
   * Where a gang's ranks find rank 0: the name that its pod has for itself, so that rank 0 knows
   * its own address at once, and the others as soon as the cluster does.
   */
  static String coordinatorName(GroupId id) {
    return id.name() + "-0";
  }

  /** The name of rank 0 for the others, before it is ready for anything. */
  static Service coordinator(Group group, List<OwnerReference> owner) {
    SortedMap<String, String> selector = Labels.of(group.id());
    selector.put(Labels.INDEX, "0");
    return new ServiceBuilder()
        .withMetadata(meta(group, owner).withName(coordinatorName(group.id())).build())
        .withNewSpec()
        .withClusterIP("None")
        .withSelector(selector)
        .withPublishNotReadyAddresses(true)
        .addNewPort()
        .withName("coordinator")
        .withPort(PodRecipe.COORDINATOR_PORT)
        .endPort()
        .endSpec()
        .build();
  }

  /** The replicas of a revision. */
  static Deployment deployment(Group group, PodTemplateSpec pods, List<OwnerReference> owner) {
    return new DeploymentBuilder()
        .withMetadata(
            meta(group, owner).addToAnnotations(Labels.MEMBERS, Members.of(group)).build())
        .withNewSpec()
        .withReplicas(group.members().size())
        .withRevisionHistoryLimit(0)
        .withNewSelector()
        .withMatchLabels(Labels.of(group.id()))
        .endSelector()
        .withTemplate(pods)
        .endSpec()
        .build();
  }

  /** Where the replicas of a revision are: gateways follow its EndpointSlices. */
  static Service service(Group group, int port, List<OwnerReference> owner) {
    ObjectMetaBuilder meta = meta(group, owner);
    if (group.template().program() instanceof Program.ModelServer) {
      meta.addToLabels(Labels.PROTOCOL, "v2");
    }
    return new ServiceBuilder()
        .withMetadata(meta.build())
        .withNewSpec()
        .withClusterIP("None")
        .withSelector(Labels.of(group.id()))
        .addNewPort()
        .withName("http")
        .withPort(port)
        .endPort()
        .endSpec()
        .build();
  }

  /** A drain takes one replica at a time. */
  static PodDisruptionBudget budget(Group group, List<OwnerReference> owner) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(meta(group, owner).build())
        .withNewSpec()
        .withNewMaxUnavailable(1)
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withNewSelector()
        .withMatchLabels(Labels.of(group.id()))
        .endSelector()
        .endSpec()
        .build();
  }

  private static ObjectMetaBuilder meta(Group group, List<OwnerReference> owner) {
    GroupId id = group.id();
    return new ObjectMetaBuilder()
        .withNamespace(id.project())
        .withName(id.name())
        .withLabels(Labels.of(id))
        .withOwnerReferences(owner)
        .withAnnotations(Map.of());
  }
}
