package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Namespaces, which are never made by the way. */
public final class Namespaces {
  private Namespaces() {}

  /**
   * Makes sure that a namespace is there. Who may not look is not held up: the API server says it
   * of whatever is written there.
   *
   * @param create whether an absent one is made
   * @return whether it was made
   * @throws NaruException INVALID where it is absent and shall not be made, CONFLICT where it is
   *     being removed, REFUSED where the client may not make it, ENGINE_UNREACHABLE
   */
  public static boolean require(Cluster cluster, String name, boolean create) {
    try (KubernetesClient client = cluster.quick()) {
      Namespace there = client.namespaces().withName(name).get();
      if (there == null && !create) {
        throw new NaruException(
            Code.INVALID,
            "cannot use namespace %s: the cluster has none of that name; --create-namespace makes it, or name another by -p"
                .formatted(name));
      }
      if (there == null) {
        make(cluster, name);
        return true;
      }
      if (there.getMetadata().getDeletionTimestamp() != null) {
        throw new NaruException(
            Code.CONFLICT,
            "cannot use namespace %s: it is being removed; try again when it is gone"
                .formatted(name));
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN || create) {
        throw cluster.trouble(create ? "make namespace " + name : "look for namespace " + name, e);
      }
    }
    return false;
  }

  /** Others' webhooks may want to look at it: that has its time. */
  private static void make(Cluster cluster, String name) {
    try (KubernetesClient patient = cluster.client()) {
      patient
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
  }
}
