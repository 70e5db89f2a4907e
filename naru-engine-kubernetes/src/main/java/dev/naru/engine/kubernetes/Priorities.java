package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Judgement;
import dev.naru.core.engine.Judgement.Level;
import dev.naru.spec.Kind;
import dev.naru.spec.Workload;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Priority by class of work: the cluster's PriorityClasses that are labelled for it, whatever their
 * names. Looked up once a minute at most.
 */
final class Priorities {
  /** Label of a PriorityClass: {@code infer}, {@code train} or {@code prepare}. */
  static final String LABEL = "naru.dev/priority-of";

  private static final Duration EVERY = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final Clock clock;
  private Found found = new Found(Map.of(), "");
  private Instant looked = Instant.MIN;

  /**
   * What the cluster has.
   *
   * @param names of PriorityClasses, by class of work
   * @param why they could not be looked at, in words; empty where they could
   */
  record Found(Map<String, String> names, String why) {
    /** What a plan says of a workload whose pods have no priority of their own. */
    List<Judgement> judge(Workload workload) {
      String work = work(workload.kind());
      if (names.containsKey(work)) {
        return List.of();
      }
      String words =
          why.isEmpty()
              ? "the cluster has no PriorityClass labelled %s=%s, so these pods have the priority"
                  + " of any other; naru install makes one"
              : "it cannot be seen whether the cluster has a PriorityClass labelled %s=%s: " + why;
      return List.of(
          new Judgement(Level.DOWNGRADED, workload.ref(), "", words.formatted(LABEL, work)));
    }
  }

  Priorities(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  private static String work(Kind kind) {
    return switch (kind) {
      case PREPARATION -> "prepare";
      case TRAINING -> "train";
      case INFERENCE -> "infer";
      case IMAGE, VOLUME -> throw new IllegalArgumentException(kind + " is no work");
    };
  }

  /** A pod with the priority of its class of work; one that has one keeps it. */
  PodSpecBuilder of(PodSpecBuilder pod, Kind kind) {
    String name = found().names().get(work(kind));
    return pod.getPriorityClassName() == null && name != null
        ? pod.withPriorityClassName(name)
        : pod;
  }

  synchronized Found found() {
    Instant now = clock.instant();
    if (looked.plus(EVERY).isBefore(now)) {
      found = look();
      looked = now;
    }
    return found;
  }

  private Found look() {
    try {
      return of(client.scheduling().v1().priorityClasses().withLabel(LABEL).list().getItems());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return new Found(Map.of(), Trouble.words(e));
      }
      throw Trouble.of("look for priority classes", e);
    }
  }

  /** Of several for one class of work the highest counts. */
  static Found of(List<PriorityClass> classes) {
    Map<String, PriorityClass> highest = new TreeMap<>();
    classes.forEach(c ->
        highest.merge(
            c.getMetadata().getLabels().get(LABEL),
            c,
            (a, b) -> a.getValue() >= b.getValue() ? a : b));
    Map<String, String> names = new TreeMap<>();
    highest.forEach((work, c) -> names.put(work, c.getMetadata().getName()));
    return new Found(names, "");
  }
}
