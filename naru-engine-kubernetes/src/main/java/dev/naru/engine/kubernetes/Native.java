package dev.naru.engine.kubernetes;

import dev.naru.core.engine.GroupId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.utils.Utils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What is seen of Naru's own native objects: informers that select by label, so that looking costs
 * the API server nothing.
 */
final class Native implements AutoCloseable {
  private static final String GROUP = "group";
  private static final int GONE = 1000;

  private final Deque<Pod> gone = new ArrayDeque<>();
  private volatile String trouble = "the API server does not answer";

  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<Job> jobs;
  private final SharedIndexInformer<Deployment> deployments;
  private final SharedIndexInformer<PersistentVolumeClaim> claims;
  private final Optional<SharedIndexInformer<Node>> nodes;
  private final Optional<SharedIndexInformer<Pod>> others;

  /** Who wants to know that something of a group changed. */
  interface Changed {
    /**
     * Something changed.
     *
     * @param group whose; empty for what is of no group
     */
    void changed(Optional<GroupId> group);
  }

  /**
   * Begins to look; returns once everything was seen once.
   *
   * @param all whether to look at the pods of others too, where nodes may be looked at
   */
  Native(KubernetesClient client, Reach reach, boolean all, Changed changed) {
    pods = own(client.pods(), reach);
    jobs = own(client.batch().v1().jobs(), reach);
    deployments = own(client.apps().deployments(), reach);
    claims = own(client.persistentVolumeClaims(), reach);
    nodes = reach.nodes() ? Optional.of(client.nodes().runnableInformer(0)) : Optional.empty();
    others =
        reach.nodes() && all
            ? Optional.of(
                client
                    .pods()
                    .inAnyNamespace()
                    .withoutLabel(Labels.MANAGED_BY, Labels.NARU)
                    .withoutField("status.phase", "Succeeded")
                    .withoutField("status.phase", "Failed")
                    .runnableInformer(0)
                    .itemStore(new BarePods()))
            : Optional.empty();
    pods.addIndexers(Map.of(GROUP, Native::byGroup));
    jobs.addIndexers(Map.of(GROUP, Native::byGroup));
    deployments.addIndexers(Map.of(GROUP, Native::byGroup));
    List<CompletionStage<?>> begun = new ArrayList<>();
    begun.add(begin(pods, changed));
    begun.add(begin(jobs, changed));
    begun.add(begin(deployments, changed));
    begun.add(begin(claims, changed));
    nodes.ifPresent(n -> begun.add(begin(n, _ -> {})));
    others.ifPresent(o -> begun.add(begin(o, _ -> {})));
    begun.forEach(b -> Trouble.run("watch the cluster", () -> await(b)));
    pods.addEventHandler(
        new ResourceEventHandler<Pod>() {
          @Override
          public void onAdd(Pod pod) {}

          @Override
          public void onUpdate(Pod before, Pod after) {}

          @Override
          public void onDelete(Pod pod, boolean unknown) {
            Labels.group(pod).ifPresent(_ -> remember(pod));
          }
        });
  }

  private static <T extends HasMetadata, L, R extends Resource<T>> SharedIndexInformer<T> own(
      MixedOperation<T, L, R> all, Reach reach) {
    return reach
        .namespace()
        .<FilterWatchListDeletable<T, L, R>>map(
            n -> all.inNamespace(n).withLabel(Labels.MANAGED_BY, Labels.NARU))
        .orElseGet(() -> all.inAnyNamespace().withLabel(Labels.MANAGED_BY, Labels.NARU))
        .runnableInformer(0);
  }

  /** The last word of a pod that is gone: a drained one goes in the moment in which it ends. */
  private synchronized void remember(Pod pod) {
    gone.addLast(pod);
    if (gone.size() > GONE) {
      gone.removeFirst();
    }
  }

  /**
   * Pods of a group that are gone, oldest first, as they were seen last; the newest ones of all.
   */
  synchronized List<Pod> gone(GroupId id) {
    return gone.stream().filter(p -> Labels.group(p).equals(Optional.of(id))).toList();
  }

  /** Forgets the pods of a group that are gone. */
  synchronized void forget(GroupId id) {
    gone.removeIf(p -> Labels.group(p).equals(Optional.of(id)));
  }

  private static List<String> byGroup(HasMetadata object) {
    return Labels.group(object).map(GroupId::toString).stream().toList();
  }

  /** Tells of each object that comes, changes or goes, as it was seen last. */
  static <T> ResourceEventHandler<T> onAny(Consumer<T> changed) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T object) {
        changed.accept(object);
      }

      @Override
      public void onUpdate(T before, T after) {
        changed.accept(after);
      }

      @Override
      public void onDelete(T object, boolean unknown) {
        changed.accept(object);
      }
    };
  }

  /** Waits until an informer that was begun has seen everything once. */
  static void await(CompletionStage<?> begun) {
    Utils.waitUntilReadyOrFail(begun.toCompletableFuture(), -1, TimeUnit.NANOSECONDS);
  }

  private <T extends HasMetadata> CompletionStage<?> begin(
      SharedIndexInformer<T> informer, Changed changed) {
    informer.exceptionHandler((started, e) -> failed(started, e));
    informer.addEventHandler(onAny(object -> changed.changed(Labels.group(object))));
    return informer.start();
  }

  /** At the beginning that is told to who asked for it; later it is tried again. */
  private boolean failed(boolean started, Throwable e) {
    trouble =
        e instanceof KubernetesClientException known
            ? Trouble.words(known)
            : "the API server does not answer: " + e.getMessage();
    return started;
  }

  /** Why the cluster could not be looked at last, in words. */
  String trouble() {
    return trouble;
  }

  List<Pod> pods(GroupId id) {
    return pods.getIndexer().byIndex(GROUP, id.toString());
  }

  /** Every pod of Naru's. */
  List<Pod> pods() {
    return pods.getStore().list();
  }

  Optional<Pod> pod(String namespace, String name) {
    return Optional.ofNullable(pods.getIndexer().getByKey(namespace + "/" + name));
  }

  /** Every Job of Naru's. */
  List<Job> jobs() {
    return jobs.getStore().list();
  }

  /** Every Deployment of Naru's in namespaces with work. */
  List<Deployment> deployments() {
    return deployments.getStore().list();
  }

  Optional<Job> job(GroupId id) {
    return jobs.getIndexer().byIndex(GROUP, id.toString()).stream().findFirst();
  }

  Optional<Deployment> deployment(GroupId id) {
    return deployments.getIndexer().byIndex(GROUP, id.toString()).stream().findFirst();
  }

  Optional<Deployment> deployment(String namespace, String name) {
    return Optional.ofNullable(deployments.getIndexer().getByKey(namespace + "/" + name));
  }

  Collection<PersistentVolumeClaim> claims() {
    return claims.getStore().list();
  }

  Optional<PersistentVolumeClaim> claim(String namespace, String name) {
    return Optional.ofNullable(claims.getIndexer().getByKey(namespace + "/" + name));
  }

  /** Every group of which there is an object or a pod that is not over. */
  Set<GroupId> groups() {
    Set<GroupId> ids = new HashSet<>();
    jobs.getStore().list().forEach(j -> Labels.group(j).ifPresent(ids::add));
    deployments.getStore().list().forEach(d -> Labels.group(d).ifPresent(ids::add));
    pods.getStore().list().stream()
        .filter(p -> !Sight.released(p))
        .forEach(p -> Labels.group(p).ifPresent(ids::add));
    return ids;
  }

  /** The nodes of the cluster; empty where they may not be looked at. */
  Optional<List<Node>> nodes() {
    return nodes.map(n -> n.getStore().list());
  }

  /** The pods of others that have not ended, with little but where they are and what they take. */
  List<Pod> others() {
    return others.map(o -> o.getStore().list()).orElseGet(List::of);
  }

  /** What an informer keeps of the pods of others. */
  private static final class BarePods extends BasicItemStore<Pod> {
    BarePods() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public Pod put(String key, Pod pod) {
      return super.put(key, Requests.bare(pod));
    }
  }

  /** Whether the API server has answered lately. */
  boolean watching() {
    return pods.isWatching()
        && jobs.isWatching()
        && deployments.isWatching()
        && others.map(SharedIndexInformer::isWatching).orElse(true);
  }

  @Override
  public void close() {
    pods.stop();
    jobs.stop();
    deployments.stop();
    claims.stop();
    nodes.ifPresent(SharedIndexInformer::stop);
    others.ifPresent(SharedIndexInformer::stop);
  }
}
