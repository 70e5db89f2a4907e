package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Template;
import dev.naru.core.testkit.engine.EngineBench;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Image;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import dev.naru.spec.SecretFile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobsTest {
  private static final String IMAGE = "registry.local/finance@sha256:" + "a".repeat(64);
  private static final GroupId ID = new GroupId("bank", Kind.TRAINING, "fraud", 3, 1);

  private static Group gang() {
    Template template =
        new Template(
            new Program.OfImage(
                IMAGE,
                new Image.RunsOn(Optional.empty(), Optional.empty(), Optional.empty()),
                List.of("train", "$(fraud)")),
            new TreeMap<>(),
            List.of(
                new Dir("NARU_CHECKPOINT_DIR", new Location.InVolume("bank", "data", "c/1"), true),
                new Dir("NARU_MODEL_DIR", new Location.InModels("bank", "fraud/runs/3/1"), true),
                new Dir("NARU_INPUT_T", new Location.InVolume("bank", "data", "t/t-1"), false)),
            new Resources(new Cpu(500), Bytes.ofMebibytes(1024)),
            new Limits(Optional.empty()),
            Duration.ofSeconds(10),
            Optional.empty(),
            2);
    return new Group(
        ID, GroupKind.GANG, template, List.of(new Member(0, 0), new Member(1, 0)), List.of());
  }

  private static PodTemplateSpec pods(List<String> together) {
    return pods(gang(), together);
  }

  private static PodTemplateSpec pods(Group group, List<String> together) {
    Places places = new Places((_, _) -> "data");
    TreeMap<String, String> dirs = new TreeMap<>();
    group.template().dirs().forEach(d -> dirs.put(d.env(), places.add(d)));
    return PodRecipe.template(
        group,
        IMAGE,
        PodRecipe.arguments((Program.OfImage) group.template().program()),
        places,
        dirs,
        Optional.empty(),
        together);
  }

  @Test
  void aGangIsAnIndexedJobThatIsNeverRepaired() {
    Job job = Jobs.gang(gang(), pods(List.of()), List.of());

    assertThat(job.getMetadata().getName()).isEqualTo("fraud-train-3-1");
    assertThat(Labels.group(job)).contains(ID);
    assertThat(job.getSpec().getCompletionMode()).isEqualTo("Indexed");
    assertThat(job.getSpec().getBackoffLimit()).isZero();
    assertThat(job.getSpec().getParallelism()).isEqualTo(2);
    assertThat(job.getSpec().getPodFailurePolicy().getRules())
        .allMatch(r -> r.getAction().equals("FailJob"));
  }

  @Test
  void secretsAreReadByTheClusterAndNamedOnly() {
    Group group =
        EngineBench.secrets(
            gang(),
            List.of(
                new SecretFile("token", Optional.empty()),
                new SecretFile("db", Optional.of("password.txt"))));
    PodSpec pod = pods(group, List.of()).getSpec();
    Container main = pod.getContainers().getFirst();

    assertThat(pod.getVolumes())
        .filteredOn(v -> v.getProjected() != null)
        .singleElement()
        .satisfies(v -> {
          assertThat(v.getProjected().getDefaultMode()).isEqualTo(0400);
          assertThat(v.getProjected().getSources())
              .extracting(
                  p -> p.getSecret().getName(),
                  p -> p.getSecret().getItems().getFirst().getKey(),
                  p -> p.getSecret().getItems().getFirst().getPath(),
                  p -> p.getSecret().getOptional())
              .containsExactly(
                  tuple("token", "value", "token", null),
                  tuple("db", "value", "password.txt", null));
        });
    assertThat(main.getVolumeMounts())
        .filteredOn(m -> m.getMountPath().equals("/naru/secrets"))
        .singleElement()
        .satisfies(m -> assertThat(m.getReadOnly()).isTrue());
    assertThat(main.getEnv())
        .filteredOn(e -> e.getName().equals("NARU_SECRETS_DIR"))
        .singleElement()
        .satisfies(e -> assertThat(e.getValue()).isEqualTo("/naru/secrets"));
    assertThat(main.getTerminationMessagePolicy()).isEqualTo("File");
  }

  @Test
  void podsWithoutSecretsHaveNoneOfThat() {
    PodSpec pod = pods(List.of()).getSpec();

    assertThat(pod.getVolumes()).noneMatch(v -> v.getName().equals("secrets"));
    assertThat(pod.getContainers().getFirst().getTerminationMessagePolicy())
        .isEqualTo("FallbackToLogsOnError");
  }

  @Test
  void aGangIsMadeSuspendedAndWithoutRanksUntilItIsReleasedWhole() {
    Job job = Jobs.gang(gang(), pods(List.of()), List.of());

    assertThat(Jobs.waits(job)).isTrue();
    assertThat(Members.read(job)).isEmpty();
    assertThat(job.getSpec().getParallelism()).as("fixed from the start").isEqualTo(2);
    assertThat(Jobs.release(gang()))
        .isEqualTo(
            "{\"metadata\":{\"annotations\":{\"naru.dev/members\":\"0.0,1.0\"}},"
                + "\"spec\":{\"suspend\":false}}");
  }

  @Test
  void aShardThatItsJobCountsAsDoneIsStartedAgainByAPodOfItsOwn() {
    Pod pod = Jobs.shard(gang(), new Member(1, 3), pods(List.of()), List.of());

    assertThat(pod.getMetadata().getName()).isEqualTo("fraud-train-3-1-1-3");
    assertThat(JobReplicas.member(pod)).contains(new Member(1, 3));
    assertThat(Labels.annotation(pod, Labels.INDEX)).as("what env reads").isEqualTo("1");
    assertThat(Labels.group(pod)).contains(ID);
  }

  @Test
  void whatIsKeptForPeopleIsNoGroupAnyMore() {
    Job job = Jobs.gang(gang(), pods(List.of()), List.of());
    job.getMetadata().getLabels().put(Labels.KEPT, "true");

    assertThat(Labels.group(job)).isEmpty();
    assertThat(Labels.isKept(job, ID)).isTrue();
  }

  @Test
  void rank0IsFoundByTheNameThatItsPodHas() {
    Service service = Jobs.coordinator(gang(), List.of());

    assertThat(service.getMetadata().getName()).isEqualTo("fraud-train-3-1-0");
    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(service.getSpec().getSelector()).containsEntry(Labels.INDEX, "0");
    assertThat(env(pods(List.of()), "NARU_COORDINATOR").getValue())
        .isEqualTo("fraud-train-3-1-0:29500");
  }

  @Test
  void gatewaysFindTheReplicasOfARevisionByLabels() {
    Group gang = gang();
    GroupId id = new GroupId("bank", Kind.INFERENCE, "fraud", 4, 0);
    Template template =
        new Template(
            new Program.ModelServer(
                new Location.InModels("bank", "fraud/3"), "sha256:0", "fraud", 3),
            new TreeMap<>(),
            List.of(),
            gang.template().resources(),
            gang.template().limits(),
            Duration.ofSeconds(10),
            Optional.of(8080),
            1);
    Group group = new Group(id, GroupKind.SERVICE, template, List.of(new Member(0, 0)), List.of());

    assertThat(Jobs.service(group, 8080, List.of()).getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "naru")
        .containsEntry("naru.dev/kind", "inference")
        .containsEntry("naru.dev/name", "fraud")
        .containsEntry("naru.dev/run", "4")
        .containsEntry("naru.dev/protocol", "v2");
  }

  private static EnvVar env(PodTemplateSpec pods, String name) {
    return pods.getSpec().getContainers().getFirst().getEnv().stream()
        .filter(e -> e.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aMemberKnowsItsPlaceAndItsDirectories() {
    PodTemplateSpec pods = pods(List.of());

    for (String name : List.of("NARU_RANK", "RANK")) {
      assertThat(env(pods, name).getValueFrom().getFieldRef().getFieldPath())
          .contains("job-completion-index");
    }
    assertThat(env(pods, "NARU_WORLD_SIZE").getValue()).isEqualTo("2");
    assertThat(env(pods, "NARU_CHECKPOINT_DIR").getValue()).isEqualTo("/naru/out/data/c/1");
    assertThat(env(pods, "NARU_MODEL_DIR").getValue())
        .isEqualTo("/naru/out/data/models/fraud/runs/3/1");
    assertThat(env(pods, "NARU_INPUT_T").getValue()).isEqualTo("/naru/in/data/t/t-1");
    assertThat(pods.getSpec().getContainers().getFirst().getArgs())
        .containsExactly("train", "$$(fraud)");
  }

  @Test
  void aPodIsAdmittedByTheRestrictedStandard() {
    PodSpec spec = pods(List.of()).getSpec();
    Container main = spec.getContainers().getFirst();

    assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(spec.getAutomountServiceAccountToken()).isFalse();
    assertThat(main.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(main.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(main.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(main.getResources().getRequests().get("memory"))
        .isEqualTo(main.getResources().getLimits().get("memory"));
    assertThat(main.getResources().getLimits()).doesNotContainKey("cpu");
    assertThat(spec.getVolumes())
        .filteredOn(v -> v.getEmptyDir() != null)
        .hasSize(2)
        .allMatch(v -> v.getEmptyDir().getSizeLimit() != null);
  }

  @Test
  void usersOfAVolumeOfOneNodeAreTogether() {
    var affinity = pods(List.of("data")).getSpec().getAffinity().getPodAffinity();

    assertThat(affinity.getRequiredDuringSchedulingIgnoredDuringExecution())
        .singleElement()
        .satisfies(term ->
            assertThat(term.getLabelSelector().getMatchLabels())
                .containsEntry(Labels.NAME, "data"));
  }
}
