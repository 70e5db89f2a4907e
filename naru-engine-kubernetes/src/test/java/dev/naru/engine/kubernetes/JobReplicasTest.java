package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Replica;
import dev.naru.core.state.Outcome;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobReplicasTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:10Z");
  private static final String AT = "2026-11-24T12:00:00Z";

  private static JobBuilder job(String members) {
    return new JobBuilder()
        .withNewMetadata()
        .withName("j")
        .addToAnnotations(Labels.MEMBERS, members)
        .endMetadata()
        .withNewStatus()
        .endStatus();
  }

  private static Job with(JobBuilder job, String type, String reason, String message) {
    return job.editStatus()
        .addNewCondition()
        .withType(type)
        .withStatus("True")
        .withReason(reason)
        .withMessage(message)
        .endCondition()
        .endStatus()
        .build();
  }

  private static PodBuilder pod(int index, int failures) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("j-" + index + "-" + failures)
        .withCreationTimestamp(AT)
        .addToLabels(Labels.INDEX, Integer.toString(index))
        .addToAnnotations(JobReplicas.FAILURES, Integer.toString(failures))
        .endMetadata()
        .withNewSpec()
        .withNodeName("n1")
        .withRestartPolicy("Never")
        .endSpec()
        .withNewStatus()
        .endStatus();
  }

  private static PodBuilder ended(PodBuilder pod, int code) {
    return pod.editStatus()
        .withPhase(code == 0 ? "Succeeded" : "Failed")
        .addNewContainerStatus()
        .withName("main")
        .withNewState()
        .withNewTerminated()
        .withExitCode(code)
        .withFinishedAt(AT)
        .endTerminated()
        .endState()
        .endContainerStatus()
        .endStatus();
  }

  private static Pod running(int index) {
    return pod(index, 0)
        .editStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withName("main")
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static PodBuilder deleted(PodBuilder pod) {
    return pod.editMetadata().withDeletionTimestamp(AT).endMetadata();
  }

  private static PodBuilder evicted(PodBuilder pod) {
    return deleted(pod)
        .editStatus()
        .addNewCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endCondition()
        .endStatus();
  }

  private static List<Replica> seen(Kind kind, Job job, List<Pod> pods, List<Pod> gone) {
    return new JobReplicas(kind, Optional.of(job), pods, gone, _ -> Optional.empty(), NOW).all();
  }

  private static Optional<Outcome> outcome(Replica replica) {
    return replica.exit().map(Outcome::of);
  }

  @Test
  void aGangThatIsNotReleasedHasNoMembers() {
    assertThat(seen(Kind.TRAINING, job("").build(), List.of(), List.of())).isEmpty();
  }

  @Test
  void aRankThatWasDeletedAndEndedWith0HasNotFinished() {
    List<Replica> seen =
        seen(
            Kind.TRAINING,
            job("0.0,1.0").build(),
            List.of(evicted(ended(pod(0, 0), 0)).build(), deleted(ended(pod(1, 0), 0)).build()),
            List.of());

    assertThat(seen)
        .extracting(JobReplicasTest::outcome)
        .containsExactly(Optional.of(Outcome.INTERRUPTED), Optional.of(Outcome.INTERRUPTED));
  }

  @Test
  void aRankWhosePodIsGoneHasNotFinishedWhateverItsJobSays() {
    Job complete =
        with(
            job("0.0,1.0").editStatus().withCompletedIndexes("0-1").endStatus(),
            "Complete",
            "",
            "");
    List<Replica> seen =
        seen(Kind.TRAINING, complete, List.of(ended(pod(0, 0), 0).build()), List.of());

    assertThat(seen)
        .extracting(JobReplicasTest::outcome)
        .containsExactly(Optional.of(Outcome.FINISHED), Optional.of(Outcome.LOST));
  }

  @Test
  void aRankThatItsJobCountsAsCompletedIsNotWaitedFor() {
    Job job = job("0.0,1.0").editStatus().withCompletedIndexes("1").endStatus().build();
    List<Replica> seen = seen(Kind.TRAINING, job, List.of(running(0)), List.of());

    assertThat(seen.getFirst().phase()).isEqualTo(Replica.Phase.RUNNING);
    assertThat(outcome(seen.getLast())).contains(Outcome.LOST);
  }

  @Test
  void aRankWhoseJobFailedByADisruptionWasInterrupted() {
    Job job =
        with(
            job("0.0"),
            "Failed",
            "PodFailurePolicy",
            "Pod bank/j-0-x has condition DisruptionTarget matching FailJob rule at index 0");

    assertThat(outcome(seen(Kind.TRAINING, job, List.of(), List.of()).getFirst()))
        .contains(Outcome.INTERRUPTED);
    Job failed = with(job("0.0"), "Failed", "BackoffLimitExceeded", "too often");
    assertThat(outcome(seen(Kind.TRAINING, failed, List.of(), List.of()).getFirst()))
        .contains(Outcome.LOST);
  }

  @Test
  void aRankThatFailsWhileAnotherIsEvictedHasOnlyLostIt() {
    Pod failed = ended(pod(0, 0), 1).build();
    Pod leaving = evicted(new PodBuilder(running(1))).build();
    List<Replica> seen =
        seen(Kind.TRAINING, job("0.0,1.0").build(), List.of(failed, leaving), List.of());
    assertThat(outcome(seen.get(0))).contains(Outcome.INTERRUPTED);
    assertThat(seen.get(1).phase()).isEqualTo(Replica.Phase.STOPPING);
    Pod gone = evicted(ended(pod(1, 0), 143)).build();
    assertThat(
            outcome(
                seen(Kind.TRAINING, job("0.0,1.0").build(), List.of(failed), List.of(gone))
                    .getFirst()))
        .contains(Outcome.INTERRUPTED);
    assertThat(
            outcome(
                seen(Kind.TRAINING, job("0.0,1.0").build(), List.of(failed, running(1)), List.of())
                    .getFirst()))
        .contains(Outcome.FAILED);
  }

  @Test
  void aRankThatFailedBeforeTheOtherOnesPodWasSeenHasOnlyLostItByTheWordOfTheirJob() {
    Pod failed = ended(pod(0, 0), 143).build();
    Job job =
        with(
            job("0.0,1.0"),
            "Failed",
            "PodFailurePolicy",
            "Pod bank/j-1-x has condition DisruptionTarget matching FailJob rule at index 0");

    assertThat(seen(Kind.TRAINING, job, List.of(failed), List.of()))
        .allSatisfy(r -> assertThat(outcome(r)).contains(Outcome.INTERRUPTED));
  }

  @Test
  void theLastWordOfAPodThatIsGoneIsRemembered() {
    Pod last = evicted(ended(pod(0, 0), 143)).build();
    Replica replica = seen(Kind.TRAINING, job("0.0").build(), List.of(), List.of(last)).getFirst();

    assertThat(replica.exit()).contains(new Exit(Exit.Cause.EXITED, 143, true, Instant.parse(AT)));
  }

  @Test
  void aRankWhosePodWasNotMadeYetIsWaitedFor() {
    assertThat(seen(Kind.TRAINING, job("0.0").build(), List.of(), List.of()))
        .extracting(Replica::phase)
        .containsExactly(Replica.Phase.STARTING);
  }

  @Test
  void anEvictedShardIsWaitedForAsItsJobMakesAnotherPod() {
    Job job = job("0.0").build();
    Pod pod = evicted(ended(pod(0, 0), 143)).build();

    assertThat(seen(Kind.PREPARATION, job, List.of(pod), List.of()))
        .extracting(Replica::phase)
        .containsExactly(Replica.Phase.STARTING);
    assertThat(seen(Kind.PREPARATION, job, List.of(), List.of(pod)))
        .extracting(Replica::phase)
        .containsExactly(Replica.Phase.STARTING);
  }

  @Test
  void anEvictedShardThatEndedWith0IsNotFinishedAndItsJobMakesNoOther() {
    Job job = job("0.0").build();
    Pod pod = evicted(ended(pod(0, 0), 0)).build();
    Job counted = job("0.0").editStatus().withCompletedIndexes("0").endStatus().build();

    assertThat(outcome(seen(Kind.PREPARATION, job, List.of(pod), List.of()).getFirst()))
        .contains(Outcome.INTERRUPTED);
    assertThat(JobReplicas.done(job, List.of(pod), 0)).isTrue();
    assertThat(outcome(seen(Kind.PREPARATION, counted, List.of(), List.of()).getFirst()))
        .contains(Outcome.LOST);
    assertThat(outcome(seen(Kind.PREPARATION, counted, List.of(), List.of(pod)).getFirst()))
        .contains(Outcome.INTERRUPTED);
  }

  @Test
  void aShardThatSomebodyDeletedHasEndedOnceTheNextStartIsThere() {
    Job job = job("0.0").build();
    List<Pod> next = List.of(pod(0, 1).build());
    Pod before = deleted(ended(pod(0, 0), 143)).build();

    assertThat(outcome(seen(Kind.PREPARATION, job, next, List.of(before)).getFirst()))
        .contains(Outcome.INTERRUPTED);
    List<Replica> seen = seen(Kind.PREPARATION, job, next, List.of());
    assertThat(seen)
        .extracting(Replica::member)
        .containsExactly(new Member(0, 0), new Member(0, 1));
    assertThat(outcome(seen.getFirst())).contains(Outcome.LOST);
    assertThat(seen.getLast().phase()).isEqualTo(Replica.Phase.STARTING);
  }

  @Test
  void indexesAreReadAsTheClusterWritesThem() {
    assertThat(Indexes.contains("0,3-5,7", 4)).isTrue();
    assertThat(Indexes.contains("0,3-5,7", 7)).isTrue();
    assertThat(Indexes.contains("0,3-5,7", 6)).isFalse();
    assertThat(Indexes.contains("", 0)).isFalse();
    assertThat(Indexes.contains(null, 0)).isFalse();
  }
}
