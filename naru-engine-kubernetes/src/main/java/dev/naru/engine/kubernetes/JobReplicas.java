package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Exit;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The members of a Job. How one ended is read from its pod alone; of the Job it is believed only
 * that it makes no other one: it counts a pod that was evicted and ended with 0 as completed. Pure.
 */
final class JobReplicas {
  /** How often an index of a Job failed before this pod was made for it. */
  static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";

  /** Conditions of a Job that makes no more pods, or is about to say so. */
  private static final Set<String> OVER =
      Set.of("Complete", "Failed", "SuccessCriteriaMet", "FailureTarget");

  private final Kind kind;
  private final Optional<Job> job;
  private final List<Pod> pods;
  private final List<Pod> gone;
  private final Function<Pod, Optional<Progress>> progress;
  private final Instant now;
  private final Map<Member, Pod> byMember = new TreeMap<>();

  /**
   * Of a group's Job, which may be gone already.
   *
   * @param pods of the group, as they are now
   * @param gone of the group, oldest first, as they were seen last; may lack any
   * @param progress reads the newest line of a pod's log
   */
  JobReplicas(
      Kind kind,
      Optional<Job> job,
      List<Pod> pods,
      List<Pod> gone,
      Function<Pod, Optional<Progress>> progress,
      Instant now) {
    this.kind = kind;
    this.job = job;
    this.pods = pods;
    this.gone = gone;
    this.progress = progress;
    this.now = now;
    pods.stream()
        .sorted(Replicas.BY_AGE)
        .forEach(p -> member(p).ifPresent(m -> byMember.put(m, p)));
  }

  /** All that shall be there, and all that are. */
  List<Replica> all() {
    List<Member> members = new ArrayList<>(job.map(Members::read).orElseGet(List::of));
    byMember.keySet().stream().filter(m -> !members.contains(m)).forEach(members::add);
    members.sort(Comparator.naturalOrder());
    return members.stream().map(this::replica).toList();
  }

  private Replica replica(Member member) {
    Pod pod = byMember.get(member);
    if (pod == null) {
      return withoutPod(member);
    }
    Replica replica =
        followed(Sight.replica(pod, member, Optional.empty(), progress.apply(pod), now));
    // The cluster makes another one by itself, and does not count this one.
    return kind == Kind.PREPARATION
            && Sight.disrupted(pod)
            && replica.exit().isPresent()
            && !ended(member)
        ? Sight.starting(member, "its pod was evicted; another is made", now)
        : replica;
  }

  /**
   * A rank that fails while another one of its gang is drained, evicted or preempted has lost it:
   * that is no failure of its own. It often ends first, while the other one saves a checkpoint; and
   * where no control plane saw the other one's pod, its Job says it.
   */
  private Replica followed(Replica replica) {
    return replica
        .exit()
        .filter(_ -> kind == Kind.TRAINING)
        .filter(e -> e.cause() == Exit.Cause.EXITED && e.code() != 0)
        .filter(_ ->
            Stream.concat(pods.stream(), gone.stream()).anyMatch(Sight::disrupted)
                || job.filter(JobReplicas::disrupted).isPresent())
        .map(e -> replica.ended(new Exit(e.cause(), e.code(), true, e.at())))
        .orElse(replica);
  }

  private Replica withoutPod(Member member) {
    boolean ended = ended(member);
    Optional<Replica> last =
        gone.stream()
            .filter(p -> member(p).equals(Optional.of(member)))
            .reduce((_, b) -> b)
            .map(p -> Sight.replica(p, member, Optional.empty(), Optional.empty(), now))
            .filter(r -> r.exit().isPresent());
    if (last.isPresent() && (ended || kind == Kind.TRAINING)) {
      return last.get();
    }
    if (!ended) {
      return Sight.starting(member, job.map(JobReplicas::trouble).orElse(""), now);
    }
    return job.filter(JobReplicas::disrupted).isPresent()
        ? Sight.interrupted(member, now)
        : Sight.lost(member, now);
  }

  /** Whether no pod is made for a member any more. */
  private boolean ended(Member member) {
    return job.isEmpty()
        || job.get().getMetadata().getDeletionTimestamp() != null
        || done(job.get(), pods, member.index())
        || byMember.keySet().stream()
            .anyMatch(m -> m.index() == member.index() && m.start() > member.start());
  }

  /** Which member a Job's pod is. */
  static Optional<Member> member(Pod pod) {
    String index = pod.getMetadata().getLabels().get(Labels.INDEX);
    if (index == null) {
      return Optional.empty();
    }
    String failures = Labels.annotation(pod, FAILURES);
    try {
      return Optional.of(
          new Member(Integer.parseInt(index), failures.isEmpty() ? 0 : Integer.parseInt(failures)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether a Job makes no more pods. */
  static boolean over(Job job) {
    return conditions(job).stream().anyMatch(c -> OVER.contains(c.getType()));
  }

  /** Whether a Job makes no more pods of an index: it says so, or will on seeing these pods. */
  static boolean done(Job job, List<Pod> pods, int index) {
    return over(job)
        || (job.getStatus() != null
            && (Indexes.contains(job.getStatus().getCompletedIndexes(), index)
                || Indexes.contains(job.getStatus().getFailedIndexes(), index)))
        || pods.stream()
            .filter(p -> member(p).filter(m -> m.index() == index).isPresent())
            .anyMatch(JobReplicas::succeeded);
  }

  private static boolean succeeded(Pod pod) {
    return Sight.main(pod)
        .map(c -> c.getState().getTerminated())
        .filter(t -> t.getExitCode() == 0)
        .isPresent();
  }

  /** Whether a Job ended because a rank of it was drained, evicted or preempted. */
  private static boolean disrupted(Job job) {
    return conditions(job).stream()
        .anyMatch(c ->
            "PodFailurePolicy".equals(c.getReason())
                && c.getMessage() != null
                && c.getMessage().contains("has condition DisruptionTarget"));
  }

  private static List<JobCondition> conditions(Job job) {
    return job.getStatus() == null || job.getStatus().getConditions() == null
        ? List.of()
        : job.getStatus().getConditions().stream()
            .filter(c -> c.getStatus().equals("True"))
            .toList();
  }

  /** Why a Job has no pods, where its controller says so. */
  private static String trouble(Job job) {
    return conditions(job).stream()
        .filter(c -> !c.getType().equals("Suspended"))
        .filter(c -> c.getMessage() != null && !c.getMessage().isEmpty())
        .findFirst()
        .map(c -> c.getReason() + ": " + c.getMessage())
        .orElse("");
  }
}
