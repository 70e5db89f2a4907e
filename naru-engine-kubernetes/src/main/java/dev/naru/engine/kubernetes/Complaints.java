package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster says of an object that does not come along: why a Job has no pods, or a claim no
 * volume, is said in events alone. They are asked for where something is late, not watched.
 */
final class Complaints {
  /** Objects younger than this are not late yet. */
  private static final Duration LATE = Duration.ofSeconds(2);

  /** What was asked is good for so long. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private static final int KNOWN = 1000;

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Said> known = new ConcurrentHashMap<>();

  private record Said(String text, Instant asked) {}

  Complaints(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The newest warning about an object; empty for none, or where events may not be read. */
  String of(HasMetadata object) {
    return of(object, false);
  }

  /**
   * The newest words about an object.
   *
   * @param normal whether events count that are no warnings
   */
  String of(HasMetadata object, boolean normal) {
    Instant now = clock.instant();
    Instant made = Sight.time(object.getMetadata().getCreationTimestamp(), now);
    if (made.plus(LATE).isAfter(now)) {
      return "";
    }
    String uid = object.getMetadata().getUid();
    Said said = known.get(uid);
    if (said == null || said.asked().plus(FRESH).isBefore(now)) {
      if (known.size() > KNOWN) {
        known.clear();
      }
      said = new Said(ask(object.getMetadata().getNamespace(), uid, normal), now);
      known.put(uid, said);
    }
    return said.text();
  }

  private String ask(String namespace, String uid, boolean normal) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(namespace)
          .withField("involvedObject.uid", uid)
          .list()
          .getItems()
          .stream()
          .filter(e -> normal || "Warning".equals(e.getType()))
          .max(Comparator.comparing(Complaints::at))
          .map(Event::getMessage)
          .orElse("");
    } catch (KubernetesClientException e) {
      // They only explain; without them the object itself is told of.
      return "";
    }
  }

  private static Instant at(Event event) {
    @Nullable String last = event.getLastTimestamp();
    return Sight.time(
        last == null ? event.getMetadata().getCreationTimestamp() : last, Instant.EPOCH);
  }
}
