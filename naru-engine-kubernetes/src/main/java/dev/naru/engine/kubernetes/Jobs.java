package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Program;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
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

  /** A gang or the shards of a Preparation. */
  static Job job(Group group, PodTemplateSpec pods, List<OwnerReference> owner) {
    boolean gang = group.kind() == GroupKind.GANG;
    int size = group.template().worldSize();
    JobBuilder job =
        new JobBuilder()
            .withMetadata(
                meta(group, owner).addToAnnotations(Labels.MEMBERS, Members.of(group)).build())
            .withNewSpec()
            .withCompletionMode("Indexed")
            .withCompletions(size)
            .withParallelism(size)
            .withPodReplacementPolicy("Failed")
            .withNewPodFailurePolicy()
            .withRules(gang ? gangRules() : shardRules())
            .endPodFailurePolicy()
            .withTemplate(pods)
            .endSpec();
    return gang
        ? job.editSpec().withBackoffLimit(0).endSpec().build()
        : job.editSpec().withBackoffLimitPerIndex(SHARD_RETRIES).endSpec().build();
  }

  private static List<PodFailurePolicyRule> gangRules() {
    return List.of(onDisruption("FailJob"), onFinalExit("FailJob"));
  }

  private static List<PodFailurePolicyRule> shardRules() {
    return List.of(onDisruption("Ignore"), onFinalExit("FailIndex"));
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
