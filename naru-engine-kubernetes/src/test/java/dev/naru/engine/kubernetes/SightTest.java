package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SightTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:10Z");
  private static final String AT = "2026-11-24T12:00:00Z";

  private static PodBuilder pod(String phase) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("fraud-train-1-1-0-x")
        .withNamespace("bank")
        .withCreationTimestamp(AT)
        .endMetadata()
        .withNewSpec()
        .withNodeName("n1")
        .withRestartPolicy("Never")
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .withPodIP("10.0.0.7")
        .endStatus();
  }

  private static PodBuilder ended(int code, String reason, String message) {
    return pod("Failed")
        .editStatus()
        .addNewContainerStatus()
        .withName("main")
        .withNewState()
        .withNewTerminated()
        .withExitCode(code)
        .withReason(reason)
        .withMessage(message)
        .withFinishedAt(AT)
        .endTerminated()
        .endState()
        .endContainerStatus()
        .endStatus();
  }

  private static Replica seen(Pod pod) {
    return Sight.replica(pod, new Member(0, 0), Optional.of(8080), Optional.empty(), NOW);
  }

  @Test
  void aRunningPodHasAnAddressANodeAndAHandle() {
    Replica replica =
        seen(
            pod("Running")
                .editStatus()
                .addNewContainerStatus()
                .withName("main")
                .withNewState()
                .withNewRunning()
                .withStartedAt(AT)
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build());

    assertThat(replica.phase()).isEqualTo(Replica.Phase.RUNNING);
    assertThat(replica.address()).contains("10.0.0.7:8080");
    assertThat(replica.node()).isEqualTo("n1");
    assertThat(replica.handle()).isEqualTo("fraud-train-1-1-0-x");
    assertThat(replica.startedAt()).isEqualTo(Instant.parse(AT));
  }

  @Test
  void anEndHasItsCauseAndTheLastLine() {
    Replica failed = seen(ended(1, "Error", "first\nno such file\n").build());
    assertThat(failed.exit()).contains(new Exit(Exit.Cause.EXITED, 1, false, Instant.parse(AT)));
    assertThat(failed.message()).isEqualTo("no such file");

    assertThat(seen(ended(137, "OOMKilled", "").build()).exit().orElseThrow().cause())
        .isEqualTo(Exit.Cause.OUT_OF_MEMORY);
  }

  @Test
  void anEndAfterADrainWasAskedForWhateverItsCode() {
    Pod drained =
        ended(0, "Completed", "")
            .editStatus()
            .addNewCondition()
            .withType("DisruptionTarget")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    assertThat(seen(drained).exit().orElseThrow().asked()).isTrue();

    Pod deleted =
        ended(143, "Error", "").editMetadata().withDeletionTimestamp(AT).endMetadata().build();
    assertThat(seen(deleted).exit().orElseThrow().asked()).isTrue();
  }

  @Test
  void aPodThatFailedWithoutAProgramsEndIsLost() {
    Exit exit = seen(pod("Failed").build()).exit().orElseThrow();
    assertThat(exit.cause()).isEqualTo(Exit.Cause.LOST);
    assertThat(exit.code()).isEqualTo(-1);
  }

  @Test
  void whatAServiceStartsAgainHasNotEnded() {
    Pod restarting =
        ended(1, "Error", "")
            .editSpec()
            .withRestartPolicy("Always")
            .endSpec()
            .editStatus()
            .withPhase("Running")
            .endStatus()
            .build();
    assertThat(seen(restarting).exit()).isEmpty();
  }

  @Test
  void aWaitingPodSaysWhatItWaitsFor() {
    Pod unplaced =
        pod("Pending")
            .editStatus()
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage("0/3 nodes are available")
            .endCondition()
            .endStatus()
            .build();
    assertThat(seen(unplaced).message()).isEqualTo("Unschedulable: 0/3 nodes are available");

    Pod unpulled =
        pod("Pending")
            .editStatus()
            .addNewContainerStatus()
            .withName("main")
            .withNewState()
            .withNewWaiting()
            .withReason("ImagePullBackOff")
            .withMessage("not found")
            .endWaiting()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build();
    assertThat(seen(unpulled).message()).isEqualTo("ImagePullBackOff: not found");
    assertThat(seen(unpulled).phase()).isEqualTo(Replica.Phase.STARTING);
  }
}
