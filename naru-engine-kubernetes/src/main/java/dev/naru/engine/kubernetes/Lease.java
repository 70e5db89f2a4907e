package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Who of several control planes decides: the one that has the lease {@code naru-operator}. */
public final class Lease implements AutoCloseable {
  private static final String NAME = "naru-operator";
  private static final Duration LASTS = Duration.ofSeconds(10);
  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(7);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final CompletableFuture<?> held;
  private volatile boolean closed;

  private Lease(KubernetesClient client, String namespace, String holder, CountDownLatch taken) {
    this.client = client;
    LeaderElector elector =
        client
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(NAME)
                    .withLock(new LeaseLock(namespace, NAME, holder))
                    .withLeaseDuration(LASTS)
                    .withRenewDeadline(RENEWED_WITHIN)
                    .withRetryPeriod(RETRY)
                    .withReleaseOnCancel(true)
                    .withLeaderCallbacks(new LeaderCallbacks(taken::countDown, this::lost, _ -> {}))
                    .build())
            .build();
    this.held = elector.start();
  }

  /** Another one may decide by now: nothing more is done here, not even a farewell. */
  private void lost() {
    if (!closed) {
      System.err.println("the lease is lost; another control plane decides now");
      Runtime.getRuntime().halt(1);
    }
  }

  /**
   * Waits until it is this one's turn; where the lease is lost later, the program ends with 1.
   *
   * @param namespace of the lease
   * @param holder this one's name
   */
  public static Lease take(Cluster cluster, String namespace, String holder) {
    CountDownLatch taken = new CountDownLatch(1);
    Lease lease = new Lease(cluster.client(), namespace, holder, taken);
    try {
      taken.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lease;
  }

  /** Gives it back, so that another need not wait for its end. */
  @Override
  public void close() {
    closed = true;
    held.cancel(true);
    client.close();
  }
}
