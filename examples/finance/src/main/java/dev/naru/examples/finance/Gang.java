package dev.naru.examples.finance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Communicator;
import ml.dmlc.xgboost4j.java.XGBoostError;
import ml.dmlc.xgboost4j.java.XGBoostJNI;

/**
 * The ranks of one training, connected through a tracker that rank 0 runs at the coordinator's
 * address. Made of the same native calls as {@code RabitTracker} and {@code Communicator.init}, for
 * two reasons: those two load a JSON library first, which a restart would wait for, and they number
 * the ranks by arrival, where a sum of three ranks must be made in the same order each time.
 */
final class Gang implements AutoCloseable {
  private static final int BY_TASK = 1;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

  private final int ranks;
  private final Optional<Long> tracker;
  private Watch watch = Watch.none();

  private Gang(int ranks, Optional<Long> tracker) {
    this.ranks = ranks;
    this.tracker = tracker;
  }

  /** Opens the tracker when this is rank 0 of several; call it early, others wait for it. */
  static Gang open(Surroundings surroundings) throws XGBoostError {
    int ranks = surroundings.worldSize();
    if (ranks == 1 || surroundings.rank() != 0) {
      return new Gang(ranks, Optional.empty());
    }
    Surroundings.Address address = surroundings.coordinator();
    long[] handle = new long[1];
    String host = numeric(address);
    int limit = Math.toIntExact(START_LIMIT.toSeconds());
    check(XGBoostJNI.TrackerCreate(host, ranks, address.port(), BY_TASK, limit, handle));
    check(XGBoostJNI.TrackerRun(handle[0]));
    return new Gang(ranks, Optional.of(handle[0]));
  }

  /** Waits for all ranks. */
  void join(Surroundings surroundings) throws XGBoostError, IOException, InterruptedException {
    if (ranks == 1) {
      return;
    }
    connect(surroundings);
    watch = watch(surroundings);
  }

  private static void connect(Surroundings surroundings) throws XGBoostError, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        // The library's own second try comes after two seconds: too late for a quick recovery.
        check(XGBoostJNI.CommunicatorInit(settings(surroundings)));
        return;
      } catch (XGBoostError e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      Thread.sleep(BETWEEN_TRIES);
    }
  }

  private static String settings(Surroundings surroundings) throws XGBoostError {
    Surroundings.Address address = surroundings.coordinator();
    return """
    {"dmlc_communicator": "rabit", "dmlc_tracker_uri": "%s", "dmlc_tracker_port": %d,
     "dmlc_task_id": "%05d", "dmlc_retry": 1, "dmlc_timeout": %d}
    """
        .formatted(numeric(address), address.port(), surroundings.rank(), START_LIMIT.toSeconds());
  }

  private Watch watch(Surroundings surroundings) throws XGBoostError, IOException {
    InetAddress host = InetAddress.getByName(numeric(surroundings.coordinator()));
    if (surroundings.rank() == 0) {
      try (ServerSocket door = new ServerSocket(0, ranks, host)) {
        int _ = largest(door.getLocalPort());
        return Watch.accept(door, ranks - 1, START_LIMIT, Gang::end);
      }
    }
    return Watch.connect(host, largest(0), START_LIMIT, Gang::end);
  }

  /** The work stands in native code that may never return, so nothing waits for it. */
  private static void end(String cause) {
    System.err.println("finance: " + cause);
    Runtime.getRuntime().halt(Main.FAILED);
  }

  private static int largest(int here) {
    return (int) Communicator.allReduce(new float[] {here}, Communicator.OpType.MAX)[0];
  }

  /** Whether any rank says yes; all ranks must ask at the same point, and get the same answer. */
  boolean any(boolean here) {
    if (ranks == 1) {
      return here;
    }
    return largest(here ? 1 : 0) > 0;
  }

  /** Leaves the gang; rank 0 waits until all have left, or throws when one has not. */
  void leave() throws XGBoostError {
    if (ranks > 1) {
      watch.farewell();
      check(XGBoostJNI.CommunicatorFinalize());
      if (tracker.isPresent()) {
        check(XGBoostJNI.TrackerWaitFor(tracker.get(), START_LIMIT.toSeconds()));
      }
    }
  }

  @Override
  public void close() {
    if (tracker.isPresent()) {
      XGBoostJNI.TrackerFree(tracker.get());
    }
  }

  /** On a cluster the coordinator's name appears a moment after rank 0 has begun. */
  private static String numeric(Surroundings.Address address) throws XGBoostError {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        return InetAddress.getByName(address.host()).getHostAddress();
      } catch (UnknownHostException e) {
        if (System.nanoTime() > deadline) {
          throw new XGBoostError("cannot find the coordinator '" + address.host() + "'", e);
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new XGBoostError("interrupted while looking for the coordinator", e);
      }
    }
  }

  private static void check(int result) throws XGBoostError {
    if (result != 0) {
      throw new XGBoostError(XGBoostJNI.XGBGetLastError());
    }
  }
}
