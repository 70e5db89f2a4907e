package dev.naru.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.spec.TrustPolicy;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;

/** The policies of a cluster about whose images may start, as they are now. */
public final class TrustObjects {
  private final KubernetesClient client;

  /** Asks nobody yet. */
  public TrustObjects(Cluster cluster) {
    this.client = cluster.client();
  }

  /**
   * All of them; none where the cluster does not know the kind.
   *
   * @throws dev.naru.core.NaruException where they cannot be read: nothing is taken for no policy
   */
  public List<JsonNode> all() {
    try {
      return client
          .genericKubernetesResources(Custom.API, TrustPolicy.KIND)
          .list()
          .getItems()
          .stream()
          .map(CrObject::tree)
          .toList();
    } catch (KubernetesClientException e) {
      if (Trouble.absent(e)) {
        return List.of();
      }
      throw Trouble.of("read the TrustPolicies of the cluster", e);
    }
  }

  /** Calls whenever a policy is there, changes or goes, from now on. */
  public void watch(Runnable changed) {
    SharedIndexInformer<GenericKubernetesResource> policies =
        client.genericKubernetesResources(Custom.API, TrustPolicy.KIND).runnableInformer(0);
    policies.exceptionHandler((started, _) -> true);
    policies.addEventHandler(Native.onAny(_ -> changed.run()));
    var started = policies.start();
    assert !started.toCompletableFuture().isCancelled();
  }
}
