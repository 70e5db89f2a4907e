package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Member;
import dev.naru.core.engine.Observation;
import dev.naru.core.engine.Replica;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is seen of services: which pod of a Deployment is which member. The pods of one are alike,
 * so each is given an index when it is first seen.
 */
final class ServiceReplicas {
  private final Native seen;
  private final Clock clock;

  /** Which index each pod of a service has; pods keep theirs for as long as they are there. */
  private final Map<GroupId, Map<String, Integer>> indices = new ConcurrentHashMap<>();

  ServiceReplicas(Native seen, Clock clock) {
    this.seen = seen;
    this.clock = clock;
  }

  Observation observe(GroupId id) {
    Optional<Deployment> deployment = seen.deployment(id);
    List<Pod> pods = seen.pods(id);
    if (deployment.isEmpty() && pods.isEmpty()) {
      indices.remove(id);
      seen.forget(id);
      return new Observation.Absent();
    }
    Instant now = clock.instant();
    List<Member> members = members(id);
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
    replicas.addAll(left(id, members, pods, port, now));
    return new Observation.Seen(replicas);
  }

  /**
   * The members that are no longer named, each as it is seen now or was seen last: a pod goes in
   * the moment in which it ends.
   */
  private List<Replica> left(
      GroupId id, List<Member> members, List<Pod> pods, Optional<Integer> port, Instant now) {
    SortedMap<Member, Replica> left = new TreeMap<>();
    Stream.concat(seen.gone(id).stream(), pods.stream())
        .forEach(pod ->
            Members.left(pod)
                .filter(m -> !members.contains(m))
                .ifPresent(m -> {
                  Replica r = Sight.replica(pod, m, port, Optional.empty(), now);
                  boolean lost = r.exit().isEmpty() && !pods.contains(pod);
                  left.put(m, lost ? Sight.lost(m, now) : Sight.stopping(r));
                }));
    return List.copyOf(left.values());
  }

  private static List<Replica> leaving(List<Pod> pods, Instant now) {
    List<Replica> replicas = new ArrayList<>();
    pods.stream()
        .sorted(Replicas.BY_AGE)
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
            .filter(p -> Members.left(p).filter(m -> !members.contains(m)).isEmpty())
            .sorted(Replicas.BY_AGE)
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
    List<Member> members = members(id);
    List<Pod> pods = seen.pods(id);
    return members.contains(member)
        ? Optional.ofNullable(assign(id, members, pods).get(member.index()))
        : pods.stream().filter(p -> Members.left(p).equals(Optional.of(member))).findFirst();
  }

  /** The member that a pod is; empty where it is none any more. */
  Optional<Member> member(GroupId id, Pod pod) {
    Integer index = indices.getOrDefault(id, Map.of()).get(pod.getMetadata().getUid());
    return members(id).stream().filter(m -> Integer.valueOf(m.index()).equals(index)).findFirst();
  }

  /** The members that shall be there. */
  private List<Member> members(GroupId id) {
    return seen.deployment(id).map(Members::read).orElseGet(List::of);
  }
}
