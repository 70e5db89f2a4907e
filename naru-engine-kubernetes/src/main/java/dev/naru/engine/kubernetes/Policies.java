package dev.naru.engine.kubernetes;

import dev.naru.core.engine.Link;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The declared links of a namespace as NetworkPolicies, both ends of each: what is not declared is
 * denied. They select Naru's pods alone, by {@link Labels#LINK}; pods of others are left as they
 * are. Pure.
 */
final class Policies {
  /** What {@link Labels#KIND} says of a policy. */
  static final String KIND = "links";

  static final String EVERYTHING = "naru-links";
  private static final String NAMESPACE = "kubernetes.io/metadata.name";
  private static final int DNS = 53;

  private final String namespace;
  private final Around around;
  private final SortedMap<String, List<NetworkPolicyIngressRule>> in = new TreeMap<>();
  private final SortedMap<String, List<NetworkPolicyEgressRule>> out = new TreeMap<>();

  private Policies(String namespace, Around around) {
    this.namespace = namespace;
    this.around = around;
  }

  /**
   * One address.
   *
   * @param ip of version 4 or 6
   * @param port 0 for the link's own
   */
  record Place(String ip, int port) {}

  /**
   * What is not in the file.
   *
   * @param operator namespace of the operator; empty where it runs outside the cluster
   * @param apiServers where the API server is: its Service's address and its endpoints
   * @param outside where the far ends of links to the outside are by now
   */
  record Around(String operator, List<Place> apiServers, Map<Link, List<Place>> outside) {}

  /** All policies of a namespace. */
  static List<NetworkPolicy> of(String namespace, List<Link> links, Around around) {
    Policies policies = new Policies(namespace, around);
    policies.gateway();
    rule(policies.in, Labels.FILES, ingress(policies.operator(), List.of(port(Files.PORT, "TCP"))));
    links.forEach(policies::link);
    return policies.written();
  }

  /** Gateways take requests from anybody, and follow the namespace by the API server. */
  private void gateway() {
    rule(
        in,
        Labels.GATEWAY,
        ingress(
            List.of(),
            List.of(
                port(KubernetesSettings.GATEWAY_PORT, "TCP"),
                port(KubernetesSettings.GATEWAY_METRICS_PORT, "TCP"))));
    rule(
        in,
        Labels.GATEWAY,
        ingress(operator(), List.of(port(KubernetesSettings.GATEWAY_ADMIN_PORT, "TCP"))));
    names(Labels.GATEWAY);
    for (Place server : around.apiServers()) {
      rule(
          out,
          Labels.GATEWAY,
          egress(List.of(address(server.ip())), List.of(port(server.port(), "TCP"))));
    }
  }

  private void link(Link link) {
    String from = label(link.from());
    String to = label(link.to());
    List<NetworkPolicyPort> ports =
        link.port() == 0 ? List.of() : List.of(port(link.port(), link.protocol().name()));
    if (link.why().equals("spec.ingress")) {
      rule(in, to, ingress(List.of(address(bare(link.from()))), ports));
      return;
    }
    if (!link.from().equals(Labels.GATEWAY)) {
      names(from);
    }
    if (link.egress() && !link.inside()) {
      for (Place place : around.outside().getOrDefault(link, List.of())) {
        int port = place.port() == 0 ? link.port() : place.port();
        rule(
            out,
            from,
            egress(List.of(address(place.ip())), List.of(port(port, link.protocol().name()))));
      }
      return;
    }
    rule(out, from, egress(List.of(pods(to)), ports));
    rule(in, to, ingress(List.of(pods(from)), ports));
  }

  /** {@code [::1]} without its brackets. */
  static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Who opens connections looks names up, by both protocols. */
  private void names(String from) {
    NetworkPolicyPeer server =
        new NetworkPolicyPeerBuilder()
            .withNamespaceSelector(labelled(Map.of(NAMESPACE, "kube-system")))
            .withPodSelector(labelled(Map.of("k8s-app", "kube-dns")))
            .build();
    rule(out, from, egress(List.of(server), List.of(port(DNS, "UDP"), port(DNS, "TCP"))));
  }

  /** One that runs outside the cluster may be anywhere; its token is what it is known by. */
  private List<NetworkPolicyPeer> operator() {
    return around.operator().isEmpty()
        ? List.of()
        : List.of(
            new NetworkPolicyPeerBuilder()
                .withNamespaceSelector(labelled(Map.of(NAMESPACE, around.operator())))
                .withPodSelector(labelled(Map.of("app.kubernetes.io/name", "naru-operator")))
                .build());
  }

  /**
   * The name that the Inferences have that links lead to, whatever revision serves: without a port,
   * for its addresses alone are looked up.
   */
  static List<Service> services(String namespace, List<Link> links) {
    SortedMap<String, Service> services = new TreeMap<>();
    for (Link link : links) {
      if (link.egress() && link.inside()) {
        String name = link.to().substring("inference/".length());
        services.put(
            name,
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(link.host())
                .withLabels(Labels.of(namespace, KIND, link.host()))
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .withSelector(Labels.of(namespace, "inference", name))
                .endSpec()
                .build());
      }
    }
    return List.copyOf(services.values());
  }

  /** What pods of a workload are known by: {@code training-fraud}. */
  static String label(String ref) {
    return ref.replace('/', '-');
  }

  private static LabelSelector labelled(Map<String, String> labels) {
    return new LabelSelectorBuilder().withMatchLabels(labels).build();
  }

  private static NetworkPolicyPeer pods(String label) {
    return new NetworkPolicyPeerBuilder()
        .withPodSelector(labelled(Map.of(Labels.LINK, label)))
        .build();
  }

  private static NetworkPolicyPeer address(String ip) {
    return new NetworkPolicyPeerBuilder()
        .withNewIpBlock()
        .withCidr(ip + (ip.contains(":") ? "/128" : "/32"))
        .endIpBlock()
        .build();
  }

  private static NetworkPolicyPort port(int port, String protocol) {
    return new NetworkPolicyPortBuilder().withNewPort(port).withProtocol(protocol).build();
  }

  private static NetworkPolicyIngressRule ingress(
      List<NetworkPolicyPeer> from, List<NetworkPolicyPort> ports) {
    return new NetworkPolicyIngressRuleBuilder().withFrom(from).withPorts(ports).build();
  }

  private static NetworkPolicyEgressRule egress(
      List<NetworkPolicyPeer> to, List<NetworkPolicyPort> ports) {
    return new NetworkPolicyEgressRuleBuilder().withTo(to).withPorts(ports).build();
  }

  private static <R> void rule(SortedMap<String, List<R>> rules, String label, R rule) {
    List<R> of = rules.computeIfAbsent(label, _ -> new ArrayList<>());
    if (!of.contains(rule)) {
      of.add(rule);
    }
  }

  /** One that denies everything, and one for each that may do something. */
  private List<NetworkPolicy> written() {
    List<NetworkPolicy> all = new ArrayList<>();
    all.add(
        policy(EVERYTHING)
            .withNewSpec()
            .withNewPodSelector()
            .addNewMatchExpression()
            .withKey(Labels.LINK)
            .withOperator("Exists")
            .endMatchExpression()
            .endPodSelector()
            .withPolicyTypes("Ingress", "Egress")
            .endSpec()
            .build());
    SortedMap<String, Boolean> labels = new TreeMap<>();
    in.keySet().forEach(l -> labels.put(l, true));
    out.keySet().forEach(l -> labels.put(l, true));
    for (String label : labels.keySet()) {
      all.add(
          policy(EVERYTHING + "-" + label)
              .withNewSpec()
              .withPodSelector(labelled(Map.of(Labels.LINK, label)))
              .withPolicyTypes("Ingress", "Egress")
              .withIngress(in.getOrDefault(label, List.of()))
              .withEgress(out.getOrDefault(label, List.of()))
              .endSpec()
              .build());
    }
    return all;
  }

  private NetworkPolicyBuilder policy(String name) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withLabels(Labels.of(namespace, KIND, name))
        .endMetadata();
  }
}
