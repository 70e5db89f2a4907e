package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Progress;
import dev.naru.core.engine.ProgressLine;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Logs of pods: their lines, and the newest progress line among them. */
final class PodLogs implements AutoCloseable {
  /** A progress line further back than this many lines is found only by who followed. */
  private static final int TAIL = 200;

  /** Characters. */
  private static final int LONGEST = 1 << 16;

  private final KubernetesClient client;
  private final Runnable woken;
  private final Map<String, Followed> all = new ConcurrentHashMap<>();

  /**
   * @param woken called when some pod has made progress
   */
  PodLogs(KubernetesClient client, Runnable woken) {
    this.client = client;
    this.woken = woken;
  }

  /** Which pod. */
  record Which(String namespace, String name, String uid) {}

  /** Hands over lines until they end or the sink has enough. */
  void read(Which pod, int tail, boolean follow, boolean timed, Predicate<String> sink) {
    var container =
        client.pods().inNamespace(pod.namespace()).withName(pod.name()).inContainer(Sight.MAIN);
    var loggable = timed ? container.usingTimestamps() : container;
    var lines = tail >= 0 ? loggable.tailingLines(tail) : loggable;
    try {
      if (!follow) {
        try (BufferedReader reader = new BufferedReader(lines.getLogReader())) {
          pass(reader, sink);
        }
        return;
      }
      try (LogWatch watch = lines.watchLog();
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(watch.getOutput(), StandardCharsets.UTF_8))) {
        pass(reader, sink);
      }
    } catch (KubernetesClientException e) {
      throw Trouble.of("read the log of pod " + pod.name(), e);
    } catch (IOException e) {
      // The end of a connection is the end of what is known.
      return;
    }
  }

  /** Hands over lines; a longer one than {@link #LONGEST} comes in pieces. */
  private static void pass(BufferedReader reader, Predicate<String> sink) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = reader.read(); c >= 0; c = reader.read()) {
      if (c != '\n') {
        line.append((char) c);
      }
      boolean full = line.length() >= LONGEST && !Character.isHighSurrogate((char) c);
      if (c == '\n' || full) {
        String text = line.toString();
        line.setLength(0);
        if (!sink.test(text)) {
          return;
        }
      }
    }
    // The last line may have no end; nothing follows it, whatever is answered.
    boolean _ = line.isEmpty() || sink.test(line.toString());
  }

  /** What is known of one pod. */
  private final class Followed {
    private final Which pod;
    private volatile Optional<Progress> newest = Optional.empty();
    private volatile boolean stopped;
    private volatile boolean following;
    private boolean readToTheEnd;

    Followed(Which pod) {
      this.pod = pod;
    }

    private boolean add(String line) {
      int space = line.indexOf(' ');
      if (space > 0 && line.startsWith(ProgressLine.PREFIX, space + 1)) {
        ProgressLine.parse(line.substring(space + 1), time(line.substring(0, space)))
            .filter(p -> newest.isEmpty() || !newest.get().at().isAfter(p.at()))
            .filter(p -> !newest.equals(Optional.of(p)))
            .ifPresent(p -> {
              newest = Optional.of(p);
              woken.run();
            });
      }
      return !stopped;
    }

    synchronized Optional<Progress> look(boolean ended) {
      if (ended && !readToTheEnd) {
        try {
          // Who follows may not have heard the last words yet.
          read(pod, TAIL, false, true, this::add);
          readToTheEnd = true;
        } catch (NaruException e) {
          return newest;
        }
      } else if (!ended && !following) {
        following = true;
        Thread.ofVirtual().name("log of " + pod.name()).start(this::follow);
      }
      return newest;
    }

    private void follow() {
      try {
        read(pod, TAIL, true, true, this::add);
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        // Its container is not there yet, or the API server is away: looked at again.
        pause();
      } finally {
        following = false;
        woken.run();
      }
    }

    private static void pause() {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** The newest progress line of a pod that was started. */
  Optional<Progress> progress(Which pod, boolean ended) {
    return all.computeIfAbsent(pod.uid(), _ -> new Followed(pod)).look(ended);
  }

  /** Forgets the pods that are no more. */
  void keepOnly(Set<String> uids) {
    all.entrySet()
        .removeIf(e -> {
          if (uids.contains(e.getKey())) {
            return false;
          }
          e.getValue().stopped = true;
          return true;
        });
  }

  @Override
  public void close() {
    keepOnly(Set.of());
  }
}
