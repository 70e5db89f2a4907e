package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the Jobs of namespaces that are being removed. A cluster takes the pods there first and
 * their Jobs last; but a Job that tries again by index keeps a failed pod until there is the next
 * one, which can no longer be made: both would wait for ever.
 */
final class Leaving implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);
  private static final int TRIES = 30;
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final SharedIndexInformer<Namespace> namespaces;

  /** Begins to look. Who may not look at namespaces does without. */
  Leaving(KubernetesClient client) {
    this.client = client;
    this.namespaces = client.namespaces().runnableInformer(0);
    namespaces.exceptionHandler((started, _) -> true);
    namespaces.addEventHandler(
        new ResourceEventHandler<Namespace>() {
          @Override
          public void onAdd(Namespace there) {
            look(there);
          }

          @Override
          public void onUpdate(Namespace before, Namespace after) {
            if (!leaves(before)) {
              look(after);
            }
          }

          @Override
          public void onDelete(Namespace gone, boolean unknown) {
            LOG.debug("namespace {} is gone", gone.getMetadata().getName());
          }
        });
    var started = namespaces.start();
    assert !started.toCompletableFuture().isCancelled();
  }

  /** Whether a namespace is being removed, so that nothing can be made in it any more. */
  boolean leaves(String namespace) {
    Namespace there = namespaces.getIndexer().getByKey(namespace);
    return there != null && leaves(there);
  }

  private static boolean leaves(Namespace namespace) {
    return namespace.getMetadata().getDeletionTimestamp() != null;
  }

  private void look(Namespace namespace) {
    if (leaves(namespace)) {
      String name = namespace.getMetadata().getName();
      Thread.ofVirtual().name("leaves " + name).start(() -> leave(name));
    }
  }

  private void leave(String namespace) {
    for (int i = 0; i < TRIES; i++) {
      try {
        Trouble.run(
            "remove the jobs of namespace " + namespace + ", which is being removed",
            () ->
                client
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(namespace)
                    .withLabel(Labels.MANAGED_BY, Labels.NARU)
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete());
        return;
      } catch (NaruException e) {
        LOG.warn("{}", e.getMessage());
      }
      try {
        Thread.sleep(BETWEEN);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    namespaces.close();
  }
}
