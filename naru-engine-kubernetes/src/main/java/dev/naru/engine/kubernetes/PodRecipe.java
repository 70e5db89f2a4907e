package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.MemberEnv;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a pod of Naru's may do and use: admitted by the restricted Pod Security Standard. Nothing
 * here asks the cluster.
 */
final class PodRecipe {
  /** Everything runs as this user and group, and everything in volumes belongs to it. */
  static final long USER = 65_532;

  /** Rank 0 listens here. */
  static final int COORDINATOR_PORT = 29_500;

  static final String TMP = "/tmp";

  /** Where a program finds its secrets, and the volume's name. */
  static final String SECRETS_FOLDER = "/naru/secrets";

  private static final String SECRETS = "secrets";
  private static final int OWNER_READS = 0400;
  private static final long MEBIBYTE = 1 << 20;

  /** Variables of a gang's or Preparation's member that its Job's controller knows. */
  private static final Set<String> BY_INDEX = Set.of("NARU_RANK", "RANK", "NARU_SHARD");

  private static final String INDEX_FIELD = "metadata.annotations['" + Labels.INDEX + "']";

  private PodRecipe() {}

  /**
   * The pods of a group.
   *
   * @param image reference by digest
   * @param args after the image's entrypoint
   * @param dirs paths of the group's directories, by variable
   * @param ready the path that answers 200 once a member may be sent requests; empty: a TCP
   *     connection is enough
   * @param together Volumes that only one node can have: its users are put where it is
   */
  static PodTemplateSpec template(
      Group group,
      String image,
      List<String> args,
      Places places,
      SortedMap<String, String> dirs,
      Optional<String> ready,
      List<String> together) {
    Template t = group.template();
    ContainerBuilder main =
        container(Sight.MAIN, image, args, t.resources(), places.mounts())
            .withEnv(env(group, dirs))
            .withImagePullPolicy("IfNotPresent");
    if (!t.secrets().isEmpty()) {
      // What a program with secrets said last is not copied into the status of anything.
      main.addToVolumeMounts(mount(SECRETS, SECRETS_FOLDER, true))
          .withTerminationMessagePolicy("File");
    }
    t.limits()
        .cpu()
        .ifPresent(
            cap -> main.editResources().addToLimits("cpu", milli(cap.millis())).endResources());
    if (group.kind() == GroupKind.SERVICE && t.port().isPresent()) {
      main.withPorts(port("http", t.port().get())).withReadinessProbe(probe(t.port().get(), ready));
      long pause = Math.min(2, Math.max(0, t.grace().toSeconds() - 1));
      if (pause > 0) {
        // Gateways hear that it is going before it stops listening.
        main.withNewLifecycle().withNewPreStop().withNewSleep(pause).endPreStop().endLifecycle();
      }
    }
    List<Volume> volumes = new ArrayList<>(places.podVolumes());
    if (!t.secrets().isEmpty()) {
      volumes.add(secrets(t.secrets()));
    }
    volumes.addAll(scratch(t.resources()));
    PodSpecBuilder spec =
        spec(main.build(), volumes)
            .withRestartPolicy(group.kind() == GroupKind.SERVICE ? "Always" : "Never")
            .withShareProcessNamespace(true)
            .withTerminationGracePeriodSeconds(Math.max(1, t.grace().toSeconds()))
            .withTopologySpreadConstraints(spread(Labels.of(group.id())));
    together(spec, together);
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(Labels.ofPods(group.id()))
        .endMetadata()
        .withSpec(spec.build())
        .build();
  }

  /**
   * Files of Secrets that the cluster reads by itself, in memory; Naru never does. They belong to
   * root and, by the fsGroup, to the group of the program: the kubelet makes 0440 of 0400 then.
   */
  private static Volume secrets(List<SecretFile> files) {
    return new VolumeBuilder()
        .withName(SECRETS)
        .withNewProjected()
        .withDefaultMode(OWNER_READS)
        .withSources(
            files.stream()
                .map(f ->
                    new VolumeProjectionBuilder()
                        .withNewSecret()
                        .withName(f.name())
                        .withItems(
                            new KeyToPathBuilder()
                                .withKey(SecretFile.KEY)
                                .withPath(f.path())
                                .build())
                        .endSecret()
                        .build())
                .toList())
        .endProjected()
        .build();
  }

  private static void together(PodSpecBuilder spec, List<String> volumes) {
    if (volumes.isEmpty()) {
      return;
    }
    var affinity = spec.withNewAffinity().withNewPodAffinity();
    for (String volume : volumes) {
      affinity
          .addNewRequiredDuringSchedulingIgnoredDuringExecution()
          .withTopologyKey("kubernetes.io/hostname")
          .withNewLabelSelector()
          .withMatchLabels(Map.of(Labels.KIND, Labels.FILES, Labels.NAME, volume))
          .endLabelSelector()
          .endRequiredDuringSchedulingIgnoredDuringExecution();
    }
    affinity.endPodAffinity().endAffinity();
  }

  private static TopologySpreadConstraint spread(Map<String, String> labels) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey("kubernetes.io/hostname")
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withNewLabelSelector()
        .withMatchLabels(labels)
        .endLabelSelector()
        .build();
  }

  /** A pod without a service account, with one container. */
  static PodSpecBuilder spec(Container main, List<Volume> volumes) {
    return new PodSpecBuilder()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(main)
        .withVolumes(volumes);
  }

  /** A container with what every one of Naru's has. */
  static ContainerBuilder container(
      String name, String image, List<String> args, Resources resources, List<VolumeMount> mounts) {
    List<VolumeMount> all = new ArrayList<>(mounts);
    all.add(mount("tmp", TMP, false));
    all.add(mount("shm", "/dev/shm", false));
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withArgs(args)
        .withVolumeMounts(all)
        .withResources(resources(resources))
        // So that the last line of a program that failed is seen where its end is seen.
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withSecurityContext(security());
  }

  static VolumeMount mount(String name, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(name)
        .withMountPath(path)
        .withReadOnly(readOnly)
        .build();
  }

  static SecurityContext security() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withCapabilities(new Capabilities(List.of(), List.of("ALL")))
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static ResourceRequirements resources(Resources resources) {
    Quantity memory = new Quantity(Long.toString(resources.memory().value()));
    return new ResourceRequirementsBuilder()
        .withRequests(Map.of("cpu", milli(resources.cpu().millis()), "memory", memory))
        .withLimits(Map.of("memory", memory))
        .build();
  }

  private static Quantity milli(long millis) {
    return new Quantity(millis + "m");
  }

  /** What a member may write beside its directories: as much as a share of its memory. */
  static List<Volume> scratch(Resources resources) {
    long memory = resources.memory().value();
    return List.of(
        new VolumeBuilder()
            .withName("tmp")
            .withNewEmptyDir()
            .withSizeLimit(new Quantity(Long.toString(Math.max(64 * MEBIBYTE, memory))))
            .endEmptyDir()
            .build(),
        new VolumeBuilder()
            .withName("shm")
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(new Quantity(Long.toString(Math.max(MEBIBYTE, memory / 4))))
            .endEmptyDir()
            .build());
  }

  static ContainerPort port(String name, int port) {
    return new ContainerPortBuilder().withName(name).withContainerPort(port).build();
  }

  /** Whether requests may be sent, asked every second. */
  static Probe probe(int port, Optional<String> path) {
    ProbeBuilder probe = new ProbeBuilder().withPeriodSeconds(1).withTimeoutSeconds(2);
    return path.isPresent()
        ? probe.withNewHttpGet().withPath(path.get()).withNewPort(port).endHttpGet().build()
        : probe.withNewTcpSocket().withNewPort(port).endTcpSocket().build();
  }

  private static List<EnvVar> env(Group group, SortedMap<String, String> dirs) {
    SortedMap<String, String> env =
        new TreeMap<>(
            MemberEnv.of(
                group,
                new Member(0, 0),
                Jobs.coordinatorName(group.id()),
                COORDINATOR_PORT,
                group.template().port()));
    env.putAll(dirs);
    if (!group.template().secrets().isEmpty()) {
      env.put(Template.SECRETS_DIR, SECRETS_FOLDER);
    }
    env.put("TMPDIR", TMP);
    env.put("HOME", TMP);
    env.put("LANG", "C.UTF-8");
    List<EnvVar> all = new ArrayList<>();
    env.forEach((name, value) -> {
      if (BY_INDEX.contains(name) && group.kind() != GroupKind.SERVICE) {
        all.add(
            new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(INDEX_FIELD)
                .endFieldRef()
                .endValueFrom()
                .build());
      } else {
        all.add(new EnvVarBuilder().withName(name).withValue(escaped(value)).build());
      }
    });
    return all;
  }

  /** The cluster would put variables in the place of {@code $(NAME)}. */
  static String escaped(String value) {
    return value.replace("$(", "$$(");
  }

  /** Arguments of a user's program; empty where the image's own are meant. */
  static List<String> arguments(Program.OfImage program) {
    return program.command().stream().map(PodRecipe::escaped).toList();
  }
}
