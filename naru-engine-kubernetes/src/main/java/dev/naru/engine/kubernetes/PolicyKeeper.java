package dev.naru.engine.kubernetes;

import static java.util.stream.Collectors.toSet;

import dev.naru.core.NaruException;
import dev.naru.core.engine.Link;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the NetworkPolicies of namespaces as {@link Policies} has them. */
final class PolicyKeeper {
  /** Names of the outside lead elsewhere from time to time, and policies may be removed by hand. */
  private static final Duration EVERY = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofMillis(500);

  private static final Map<String, String> OURS =
      Map.of(Labels.MANAGED_BY, Labels.NARU, Labels.KIND, Policies.KIND);

  private static final String SERVICE = "kubernetes.io/service-name";
  private static final Pattern CLUSTER =
      Pattern.compile("([a-z0-9-]+)(?:\\.([a-z0-9-]+)(?:\\.svc(?:\\.cluster\\.local)?)?)?");

  private final KubernetesClient client;
  private final String operator;
  private final Clock clock;
  private final HostNames names = new HostNames(InetAddress::getAllByName, PATIENCE);
  private final Map<String, Done> done = new ConcurrentHashMap<>();

  /** What was made last in a namespace. */
  private record Done(List<Link> links, Instant at) {}

  /**
   * @param operator namespace of the operator
   */
  PolicyKeeper(KubernetesClient client, String operator, Clock clock) {
    this.client = client;
    this.operator = operator;
    this.clock = clock;
  }

  /**
   * See {@link dev.naru.core.engine.Engine#links}.
   *
   * @return whether anything is declared otherwise than before
   */
  boolean keep(String namespace, List<Link> links) {
    Done last = done.get(namespace);
    Instant now = clock.instant();
    if (last != null && last.links().equals(links) && now.isBefore(last.at().plus(EVERY))) {
      return false;
    }
    List<HasMetadata> wanted =
        new ArrayList<>(Policies.of(namespace, links, around(namespace, links)));
    wanted.addAll(Policies.services(namespace, links));
    wanted.forEach(this::apply);
    remove(namespace, wanted);
    done.put(namespace, new Done(List.copyOf(links), now));
    return last == null || !last.links().equals(links);
  }

  private void apply(HasMetadata object) {
    String what = object.getKind().toLowerCase(Locale.ROOT) + " " + object.getMetadata().getName();
    HasMetadata there = Trouble.call("look at " + what, () -> client.resource(object).get());
    if (there != null && !ours(there)) {
      throw new NaruException(
          NaruException.Code.CONFLICT,
          "cannot make %s in namespace %s: there is one that Naru did not make; rename or remove it"
              .formatted(what, object.getMetadata().getNamespace()));
    }
    Trouble.apply(client, "make " + what, object);
  }

  private static boolean ours(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels != null && labels.entrySet().containsAll(OURS.entrySet());
  }

  private void remove(String namespace, List<HasMetadata> wanted) {
    Set<String> names =
        wanted.stream().map(o -> o.getKind() + o.getMetadata().getName()).collect(toSet());
    Trouble.run(
        "remove network policies of " + namespace,
        () -> {
          List<HasMetadata> there = new ArrayList<>();
          there.addAll(
              client
                  .network()
                  .v1()
                  .networkPolicies()
                  .inNamespace(namespace)
                  .withLabels(OURS)
                  .list()
                  .getItems());
          there.addAll(client.services().inNamespace(namespace).withLabels(OURS).list().getItems());
          there.stream()
              .filter(o -> !names.contains(o.getKind() + o.getMetadata().getName()))
              .forEach(o -> client.resource(o).delete());
        });
  }

  private Policies.Around around(String namespace, List<Link> links) {
    Map<Link, List<Policies.Place>> outside = new HashMap<>();
    for (Link link : links) {
      if (link.egress() && !link.inside()) {
        outside.put(link, places(namespace, link));
      }
    }
    return new Policies.Around(operator, apiServers(), outside);
  }

  /**
   * The Service's address and its endpoints: before or after translation, as the cluster has it.
   */
  private List<Policies.Place> apiServers() {
    List<Policies.Place> places = new ArrayList<>();
    String host = System.getenv("KUBERNETES_SERVICE_HOST");
    String port = System.getenv("KUBERNETES_SERVICE_PORT");
    if (host != null && port != null) {
      places.add(new Policies.Place(host, Integer.parseInt(port)));
    }
    places.addAll(endpoints("default", "kubernetes", Optional.empty()));
    return places;
  }

  private List<Policies.Place> places(String namespace, Link link) {
    List<Policies.Place> places = new ArrayList<>();
    // Of a name that is known later, or never, nothing is let through meanwhile.
    names.of(Policies.bare(link.to())).forEach(ip -> places.add(new Policies.Place(ip, 0)));
    Matcher name = CLUSTER.matcher(link.to());
    if (name.matches()) {
      String in = name.group(2) == null ? namespace : name.group(2);
      places.addAll(endpoints(in, name.group(1), Optional.of(link)));
      service(in, name.group(1)).ifPresent(ip -> places.add(new Policies.Place(ip, 0)));
    }
    return places;
  }

  private Optional<String> service(String namespace, String name) {
    try {
      return Optional.ofNullable(client.services().inNamespace(namespace).withName(name).get())
          .map(s -> s.getSpec().getClusterIP())
          .filter(ip -> !ip.equals("None"));
    } catch (KubernetesClientException e) {
      return Optional.empty();
    }
  }

  /** Where a Service leads; none where that may not be looked at. */
  private List<Policies.Place> endpoints(String namespace, String name, Optional<Link> link) {
    List<Policies.Place> places = new ArrayList<>();
    try {
      for (EndpointSlice slice :
          client
              .discovery()
              .v1()
              .endpointSlices()
              .inNamespace(namespace)
              .withLabel(SERVICE, name)
              .list()
              .getItems()) {
        for (Endpoint endpoint : slice.getEndpoints()) {
          for (String ip : endpoint.getAddresses()) {
            for (EndpointPort port : slice.getPorts()) {
              if (port.getPort() != null
                  && link.map(l -> l.protocol().name().equals(port.getProtocol())).orElse(true)) {
                places.add(new Policies.Place(ip, port.getPort()));
              }
            }
          }
        }
      }
    } catch (KubernetesClientException e) {
      return List.of();
    }
    places.sort(java.util.Comparator.comparing(Policies.Place::toString));
    return places;
  }
}
