package dev.naru.spec.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Inference;
import dev.naru.spec.Preparation;
import dev.naru.spec.Recovery;
import dev.naru.spec.Resources;
import dev.naru.spec.Training;
import dev.naru.spec.Volume;
import dev.naru.spec.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every key is when the file leaves it out: users rely on each of these. */
class DefaultsTest {
  private static final Project PROJECT = project();

  @Test
  void aVolumeBelongsToOneNode() {
    assertThat(PROJECT.all(Volume.class).getFirst().spec().access())
        .isEqualTo(Volume.Access.ReadWriteOnce);
  }

  @Test
  void aPreparationHasOneShardAndNoInputs() {
    Preparation.Spec spec = PROJECT.all(Preparation.class).getFirst().spec();

    assertThat(spec.shards()).isEqualTo(1);
    assertThat(spec.inputs()).isEmpty();
    assertThat(spec.recovery()).isEqualTo(new Recovery(5, Duration.ofSeconds(30)));
  }

  @Test
  void aTrainingHasOneWorkerNoCheckpointsAndPromotesEveryModel() {
    Training.Spec spec = PROJECT.all(Training.class).getFirst().spec();

    assertThat(spec.workers()).isEqualTo(1);
    assertThat(spec.inputs()).isEmpty();
    assertThat(spec.checkpoints()).isEmpty();
    assertThat(spec.recovery()).isEqualTo(new Recovery(5, Duration.ofSeconds(30)));
    assertThat(spec.model()).isEqualTo(new Training.Model(Optional.empty()));
  }

  @Test
  void anInferenceServesTheNewestModelByOneReplica() {
    Inference.Spec spec = PROJECT.all(Inference.class).getFirst().spec();

    assertThat(spec.model()).contains(new Inference.ModelRef("t", Optional.empty()));
    assertThat(spec.replicas()).isEqualTo(new Inference.Replicas(1, Optional.empty()));
    assertThat(spec.replicas().most()).isEqualTo(1);
    assertThat(spec.scaling())
        .isEqualTo(new Inference.Scaling(16, Optional.empty(), Duration.ofMinutes(1)));
    assertThat(spec.command()).isEmpty();
    assertThat(spec.image()).isEmpty();
    assertThat(spec.port()).isEmpty();
    assertThat(spec.ready()).isEmpty();
  }

  @Test
  void theMostReplicasAreTheFewestButAtLeastOne() {
    assertThat(new Inference.Replicas(0, Optional.empty()).most()).isEqualTo(1);
    assertThat(new Inference.Replicas(3, Optional.empty()).most()).isEqualTo(3);
    assertThat(new Inference.Replicas(3, Optional.of(8)).most()).isEqualTo(8);
  }

  @Test
  void everyWorkloadReservesATenthOfACoreAndAQuarterOfAGibibyte() {
    List<Workload> workloads = PROJECT.all(Workload.class);

    assertThat(workloads)
        .hasSize(3)
        .allSatisfy(w -> {
          Workload.Common common = w.common();
          assertThat(common.resources())
              .isEqualTo(new Resources(new Cpu(100), Bytes.ofMebibytes(256)));
          assertThat(common.limits().cpu()).isEmpty();
          assertThat(common.env()).isEqualTo(Map.of());
          assertThat(common.isolation()).isEmpty();
          assertThat(common.egress()).isEmpty();
          assertThat(common.ingress()).isEmpty();
          assertThat(common.grace()).isEqualTo(Duration.ofSeconds(10));
        });
  }

  @Test
  void aResourceHasNoNamespaceLabelsOrAnnotations() {
    assertThat(PROJECT.namespace()).isEmpty();
    assertThat(PROJECT.resources())
        .allSatisfy(r -> {
          assertThat(r.metadata().namespace()).isEmpty();
          assertThat(r.metadata().labels()).isEmpty();
          assertThat(r.metadata().annotations()).isEmpty();
        });
  }

  private static Project project() {
    String head = "---\napiVersion: naru.dev/v1alpha1\nkind: ";
    String text =
        head
            + "Image\nmetadata: {name: i}\nspec: {runtime: {java: 25}, source: x.jar}\n"
            + head
            + "Volume\nmetadata: {name: v}\nspec: {size: 1Gi}\n"
            + head
            + "Preparation\nmetadata: {name: p}\n"
            + "spec: {image: i, command: [x], output: {volume: v, path: p}}\n"
            + head
            + "Training\nmetadata: {name: t}\nspec: {image: i, command: [x]}\n"
            + head
            + "Inference\nmetadata: {name: t}\nspec: {model: {from: t}}\n";
    return ((Reading.Read) ProjectReaderTest.read(text)).project();
  }
}
