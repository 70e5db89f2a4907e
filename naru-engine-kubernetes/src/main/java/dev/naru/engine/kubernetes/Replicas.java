package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.Replica;
import dev.naru.spec.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What is seen of groups: which pod is which member, and how each of them fares. */
final class Replicas {
  static final Comparator<Pod> BY_AGE =
      Comparator.comparing((Pod p) -> p.getMetadata().getCreationTimestamp())
          .thenComparing(p -> p.getMetadata().getName());

  private final Native seen;
  private final PodLogs logs;
  private final Complaints complaints;
  private final Clock clock;

  /** Which index each pod of a service has; pods keep theirs for as long as they are there. */
  private final Map<GroupId, Map<String, Integer>> indices = new ConcurrentHashMap<>();

  Replicas(Native seen, PodLogs logs, Complaints complaints, Clock clock) {
    this.seen = seen;
    this.logs = logs;
    this.complaints = complaints;
    this.clock = clock;
  }

  Observation observe(GroupId id) {
    Observation observed = id.kind() == Kind.INFERENCE ? service(id) : job(id);
    return observed instanceof Observation.Seen some
        ? new Observation.Seen(some.replicas().stream().map(r -> explained(id, r)).toList())
        : observed;
  }

  private Observation job(GroupId id) {
    Optional<Job> job = seen.job(id);
    List<Pod> pods = seen.pods(id);
    if (job.isEmpty() && pods.isEmpty()) {
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
    return said.isEmpty()
        ? r
        : new Replica(
            r.member(),
            r.phase(),
            r.exit(),
            r.handle(),
            r.node(),
            r.address(),
            r.progress(),
            r.startedAt(),
            said);
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

  private Observation service(GroupId id) {
    Optional<Deployment> deployment = seen.deployment(id);
    List<Pod> pods = seen.pods(id);
    if (deployment.isEmpty() && pods.isEmpty()) {
      indices.remove(id);
      return new Observation.Absent();
    }
    Instant now = clock.instant();
    List<Member> members = deployment.map(Members::read).orElseGet(List::of);
    if (deployment.isEmpty() || deployment.get().getMetadata().getDeletionTimestamp() != null) {
      return new Observation.Seen(leaving(pods, now));
    }
    Optional<Integer> port =
        deployment
            .get()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getPorts()
            .stream()
            .map(p -> p.getContainerPort())
            .findFirst();
    Map<Integer, Pod> byIndex = assign(id, members, pods);
    List<Replica> replicas = new ArrayList<>();
    for (Member member : members) {
      Pod pod = byIndex.get(member.index());
      replicas.add(
          pod == null
              ? Sight.starting(member, trouble(deployment.get()), now)
              : Sight.replica(pod, member, port, Optional.empty(), now));
    }
    return new Observation.Seen(replicas);
  }

  private static List<Replica> leaving(List<Pod> pods, Instant now) {
    List<Replica> replicas = new ArrayList<>();
    pods.stream()
        .sorted(BY_AGE)
        .forEach(p ->
            replicas.add(
                Sight.replica(
                    p, new Member(replicas.size(), 0), Optional.empty(), Optional.empty(), now)));
    return replicas;
  }

  /** Why a Deployment has too few pods, where its controller says so. */
  static String trouble(Deployment deployment) {
    if (deployment.getStatus() == null || deployment.getStatus().getConditions() == null) {
      return "";
    }
    return deployment.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
        .findFirst()
        .map(DeploymentCondition::getMessage)
        .orElse("");
  }

  /** The pods that do the work of a service, by the index that each of them has. */
  private Map<Integer, Pod> assign(GroupId id, List<Member> members, List<Pod> pods) {
    List<Pod> live =
        pods.stream()
            .filter(p -> !Sight.terminating(p))
            .filter(p -> Sight.exit(p, clock.instant()).isEmpty())
            .sorted(BY_AGE)
            .toList();
    Map<String, Integer> before = indices.getOrDefault(id, Map.of());
    Map<String, Integer> now = new HashMap<>();
    Map<Integer, Pod> byIndex = new HashMap<>();
    Set<Integer> wanted = members.stream().map(Member::index).collect(Collectors.toSet());
    for (Pod pod : live) {
      Integer index = before.get(pod.getMetadata().getUid());
      if (index != null && wanted.contains(index) && !byIndex.containsKey(index)) {
        byIndex.put(index, pod);
        now.put(pod.getMetadata().getUid(), index);
      }
    }
    for (Pod pod : live) {
      if (!now.containsKey(pod.getMetadata().getUid())) {
        wanted.stream()
            .sorted()
            .filter(i -> !byIndex.containsKey(i))
            .findFirst()
            .ifPresent(i -> {
              byIndex.put(i, pod);
              now.put(pod.getMetadata().getUid(), i);
            });
      }
    }
    indices.put(id, Map.copyOf(now));
    return byIndex;
  }

  /** The pod of a member; empty where there is none. */
  Optional<Pod> pod(GroupId id, Member member) {
    if (id.kind() == Kind.INFERENCE) {
      List<Member> members = seen.deployment(id).map(Members::read).orElseGet(List::of);
      return Optional.ofNullable(assign(id, members, seen.pods(id)).get(member.index()));
    }
    return java.util.stream.Stream.concat(
            seen.pods(id).stream(), seen.pods().stream().filter(p -> Labels.isKept(p, id)))
        .filter(p -> JobReplicas.member(p).equals(Optional.of(member)))
        .max(BY_AGE);
  }

  /** The member that a pod of a service is; empty where it is none any more. */
  Optional<Integer> indexOf(GroupId id, HasMetadata pod) {
    return Optional.ofNullable(indices.getOrDefault(id, Map.of()).get(pod.getMetadata().getUid()));
  }
}
