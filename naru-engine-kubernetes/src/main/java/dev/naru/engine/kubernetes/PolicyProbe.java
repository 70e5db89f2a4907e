package dev.naru.engine.kubernetes;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Isolation;
import dev.naru.core.engine.Isolation.State;
import dev.naru.core.engine.Link;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Resources;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Tries in a namespace whether the cluster's network does what network policies say, which no API
 * tells. Two pods of Naru's image listen: one is open, one wears a link label that nothing is
 * declared for. The open one must answer the operator, which is the control; the shut one must not,
 * nor reach the open one.
 */
final class PolicyProbe {
  private static final String NAME = "naru-probe";
  private static final String OPEN = NAME + "-open";
  private static final String SHUT = NAME + "-shut";
  private static final String LABEL = "probe";
  private static final int PORT = 7777;
  private static final int DIALS = 20;
  private static final int DIAL_MILLIS = 2000;
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final Duration START = Duration.ofMinutes(2);
  private static final Resources RESOURCES = new Resources(new Cpu(10), Bytes.ofMebibytes(64));

  private final Setup settings;
  private final Predicate<String> works;
  private final Runnable changed;
  private final Map<String, Isolation> found = new ConcurrentHashMap<>();

  /** The links that were tried, or are to be. */
  private final Map<String, List<Link>> newest = new ConcurrentHashMap<>();

  /**
   * @param works whether a namespace has workloads
   * @param changed called when something was found out
   */
  PolicyProbe(Setup settings, Predicate<String> works, Runnable changed) {
    this.settings = settings;
    this.works = works;
    this.changed = changed;
  }

  Isolation of(String namespace) {
    return found.getOrDefault(namespace, new Isolation(State.UNKNOWN, "not tried yet"));
  }

  /**
   * Tries in the background, once the links have stood for some seconds: the documents of one file
   * come one after another, and a trial is two pods. Fewer links than were tried are not tried
   * again: those of a namespace go one after another when its work ends.
   */
  void begin(String namespace, List<Link> links) {
    List<Link> last = newest.getOrDefault(namespace, List.of());
    if (!last.isEmpty() && last.containsAll(links)) {
      return;
    }
    found.put(namespace, new Isolation(State.UNKNOWN, "being tried"));
    newest.put(namespace, links);
    Thread.startVirtualThread(() -> {
      pause(QUIET);
      if (links.equals(newest.get(namespace))) {
        tryOut(namespace, links);
      }
    });
  }

  private synchronized void tryOut(String namespace, List<Link> links) {
    if (!links.equals(newest.get(namespace))) {
      return;
    }
    Isolation tried;
    try {
      tried = tried(namespace, links);
    } catch (NaruException e) {
      tried = new Isolation(State.UNKNOWN, "cannot be tried: " + e.getMessage());
    }
    if (links.equals(newest.get(namespace))) {
      found.put(namespace, tried);
      changed.run();
    }
  }

  private Isolation tried(String namespace, List<Link> links) {
    try {
      remove(namespace);
      String open =
          address(create(namespace, OPEN, Optional.empty(), List.of("listen", "" + PORT)));
      Pod shut =
          create(
              namespace,
              SHUT,
              Optional.of(LABEL),
              List.of("both", "" + PORT, open, "" + PORT, "" + DIALS));
      String address = address(shut);
      // The first tries may be before the network knows of the pods.
      boolean control = within(() -> answers(open, namespace));
      boolean in = !within(() -> !answers(address, namespace));
      boolean out = !within(() -> log(shut).endsWith("none"));
      return told(control, in, out, links);
    } finally {
      remove(namespace);
    }
  }

  private static Isolation told(boolean control, boolean in, boolean out, List<Link> links) {
    if (!control) {
      return new Isolation(
          State.UNKNOWN, "an open pod was not reached by the operator either: nothing is proven");
    }
    if (in || out) {
      return new Isolation(
          State.NOT_ENFORCED,
          "THIS CLUSTER DOES NOT ENFORCE NETWORK POLICIES: a pod that nothing is declared for %s; every"
                  .formatted(
                      in && out
                          ? "was reached and reached another"
                          : in ? "was reached" : "reached another")
              + " pod reaches every other; install a network plugin that enforces them");
    }
    return new Isolation(
        State.ENFORCED,
        "tried: an open pod was reached, one that nothing is declared for was neither reached nor"
            + " reached the open one; %d links declared".formatted(links.size()));
  }

  private interface Question {
    boolean holds();
  }

  /** Whether it comes to hold, for as long as the shut pod tries. */
  private boolean within(Question question) {
    for (int i = 0; i < DIALS; i++) {
      if (question.holds()) {
        return true;
      }
      pause(BETWEEN);
    }
    return false;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NaruException(NaruException.Code.FAILED, "interrupted", e);
    }
  }

  private boolean answers(String address, String namespace) {
    if (!works.test(namespace)) {
      throw new NaruException(NaruException.Code.CONFLICT, "nothing of Naru's is there any more");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, PORT), DIAL_MILLIS);
      socket.setSoTimeout(DIAL_MILLIS);
      return socket.getInputStream().read() == '!';
    } catch (IOException e) {
      return false;
    }
  }

  private String log(Pod pod) {
    return Trouble.call(
        "read what " + SHUT + " says",
        () -> settings.client().pods().resource(pod).getLog().strip());
  }

  private Pod create(String namespace, String name, Optional<String> link, List<String> words) {
    SortedMap<String, String> labels = Labels.of(namespace, LABEL, name);
    link.ifPresent(l -> labels.put(Labels.LINK, l));
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withLabels(settings.ownPods().labelled(labels))
            .withOwnerReferences(policy(namespace))
            .endMetadata()
            .withSpec(
                settings
                    .ownPods()
                    .of(
                        PodRecipe.spec(
                            PodRecipe.container(
                                    Sight.MAIN,
                                    settings.systemImage(),
                                    settings.words().probe(words),
                                    RESOURCES,
                                    List.of())
                                .build(),
                            PodRecipe.scratch(RESOURCES)))
                    .withRestartPolicy("Never")
                    .withTerminationGracePeriodSeconds(0L)
                    .withActiveDeadlineSeconds(300L)
                    .build())
            .build();
    return Trouble.call("make pod " + name, () -> settings.client().resource(pod).create());
  }

  /** Of what is tried: a drain takes no pod that nobody answers for. */
  private List<OwnerReference> policy(String namespace) {
    return Optional.ofNullable(
            Trouble.call(
                "look for what is tried",
                () ->
                    settings
                        .client()
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .withName(Policies.EVERYTHING)
                        .get()))
        .map(p ->
            new OwnerReference(
                "networking.k8s.io/v1",
                false,
                true,
                "NetworkPolicy",
                Policies.EVERYTHING,
                p.getMetadata().getUid()))
        .stream()
        .toList();
  }

  private String address(Pod pod) {
    Instant until = settings.clock().instant().plus(START);
    while (settings.clock().instant().isBefore(until)) {
      Pod now =
          Trouble.call(
              "look at pod " + pod.getMetadata().getName(),
              () -> settings.client().pods().resource(pod).get());
      if (now != null
          && "Running".equals(now.getStatus().getPhase())
          && now.getStatus().getPodIP() != null) {
        return now.getStatus().getPodIP();
      }
      pause(BETWEEN);
    }
    throw new NaruException(
        NaruException.Code.FAILED,
        "pod %s does not run within %d s"
            .formatted(pod.getMetadata().getName(), START.toSeconds()));
  }

  private void remove(String namespace) {
    for (String name : List.of(OPEN, SHUT)) {
      Trouble.run(
          "remove pod " + name,
          () ->
              settings
                  .client()
                  .pods()
                  .inNamespace(namespace)
                  .withName(name)
                  .withGracePeriod(0)
                  .delete());
    }
    within(() ->
        Trouble.call(
            "look for probes",
            () ->
                settings
                    .client()
                    .pods()
                    .inNamespace(namespace)
                    .withLabels(Map.of(Labels.MANAGED_BY, Labels.NARU, Labels.KIND, LABEL))
                    .list()
                    .getItems()
                    .isEmpty()));
  }
}
