package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is seen of groups: which pod is which member, and how each of them fares. */
final class Replicas {
  static final Comparator<Pod> BY_AGE =
      Comparator.comparing((Pod p) -> p.getMetadata().getCreationTimestamp())
          .thenComparing(p -> p.getMetadata().getName());

  private final Native seen;
  private final PodLogs logs;
  private final Complaints complaints;
  private final Clock clock;

  private final ServiceReplicas services;

  Replicas(Native seen, PodLogs logs, Complaints complaints, Clock clock) {
    this.seen = seen;
    this.logs = logs;
    this.complaints = complaints;
    this.clock = clock;
    this.services = new ServiceReplicas(seen, clock);
  }

  Observation observe(GroupId id) {
    Observation observed = id.kind() == Kind.INFERENCE ? services.observe(id) : job(id);
    return observed instanceof Observation.Seen some
        ? new Observation.Seen(some.replicas().stream().map(r -> explained(id, r)).toList())
        : observed;
  }

  private Observation job(GroupId id) {
    Optional<Job> job = seen.job(id);
    List<Pod> pods = seen.pods(id);
    if (job.isEmpty() && pods.isEmpty()) {
      seen.forget(id);
      return new Observation.Absent();
    }
    if (job.isEmpty() && pods.stream().allMatch(Sight::released)) {
      return new Observation.Absent();
    }
    return new Observation.Seen(
        new JobReplicas(id.kind(), job, pods, seen.gone(id), this::progress, clock.instant())
            .all());
  }

  /** Whether a Job will not make that pod of a shard, and it is not there either. */
  boolean needsAnother(GroupId id, Job job, Member member) {
    List<Pod> pods = seen.pods(id);
    return JobReplicas.done(job, pods, member.index())
        && pods.stream().noneMatch(p -> JobReplicas.member(p).equals(Optional.of(member)));
  }

  /** One that is late in being made, with what the cluster says of its pod, or of having none. */
  private Replica explained(GroupId id, Replica r) {
    if (r.phase() != Replica.Phase.STARTING) {
      return r;
    }
    String said =
        r.handle().isEmpty()
            ? seen.job(id).filter(_ -> r.message().isEmpty()).map(complaints::of).orElse("")
            : seen.pod(id.project(), r.handle())
                .filter(_ -> r.message().equals(Sight.MAKING))
                .map(complaints::of)
                .orElse("");
    return said.isEmpty() ? r : r.saying(said);
  }

  private Optional<Progress> progress(Pod pod) {
    return Sight.began(pod)
        ? logs.progress(
            which(pod), Sight.main(pod).map(c -> c.getState().getTerminated()).isPresent())
        : Optional.empty();
  }

  static PodLogs.Which which(Pod pod) {
    return new PodLogs.Which(
        pod.getMetadata().getNamespace(), pod.getMetadata().getName(), pod.getMetadata().getUid());
  }

  /** The pod of a member; empty where there is none. */
  Optional<Pod> pod(GroupId id, Member member) {
    return id.kind() == Kind.INFERENCE
        ? services.pod(id, member)
        : Stream.concat(
                seen.pods(id).stream(), seen.pods().stream().filter(p -> Labels.isKept(p, id)))
            .filter(p -> JobReplicas.member(p).equals(Optional.of(member)))
            .max(BY_AGE);
  }

  /** The member that a pod of a group is; empty where it is none any more. */
  Optional<Member> member(GroupId id, Pod pod) {
    return id.kind() == Kind.INFERENCE ? services.member(id, pod) : JobReplicas.member(pod);
  }
}
