package dev.naru.engine.kubernetes;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What NetworkPolicies mean, by the specification of networking.k8s.io/v1: lists add up, a pod is
 * isolated in a direction once any policy of its namespace selects it for that, and both ends must
 * allow. Only what Naru writes is known here; anything else is an error.
 */
final class PolicyMeaning {
  private final List<NetworkPolicy> policies;

  PolicyMeaning(List<NetworkPolicy> policies) {
    this.policies = policies;
  }

  /**
   * One end of a connection.
   *
   * @param namespace of the pod; empty for an address outside the cluster
   */
  record End(String namespace, Map<String, String> labels, String ip) {}

  boolean allows(End from, End to, int port, String protocol) {
    return side(from, to, port, protocol, "Egress") && side(to, from, port, protocol, "Ingress");
  }

  private boolean side(End self, End other, int port, String protocol, String type) {
    List<NetworkPolicy> selecting =
        policies.stream()
            .filter(p -> p.getMetadata().getNamespace().equals(self.namespace()))
            .filter(p -> p.getSpec().getPolicyTypes().contains(type))
            .filter(p -> selects(p.getSpec().getPodSelector(), self.labels()))
            .toList();
    return selecting.isEmpty()
        || selecting.stream()
            .anyMatch(p ->
                type.equals("Egress")
                    ? any(
                        p,
                        p.getSpec().getEgress(),
                        r -> r.getTo(),
                        r -> r.getPorts(),
                        other,
                        port,
                        protocol)
                    : any(
                        p,
                        p.getSpec().getIngress(),
                        r -> r.getFrom(),
                        r -> r.getPorts(),
                        other,
                        port,
                        protocol));
  }

  private static <R> boolean any(
      NetworkPolicy policy,
      List<R> rules,
      Function<R, List<NetworkPolicyPeer>> peers,
      Function<R, List<NetworkPolicyPort>> ports,
      End other,
      int port,
      String protocol) {
    return rules.stream()
        .anyMatch(r ->
            (peers.apply(r).isEmpty()
                    || peers.apply(r).stream().anyMatch(p -> peer(policy, p, other)))
                && (ports.apply(r).isEmpty()
                    || ports.apply(r).stream().anyMatch(p -> port(p, port, protocol))));
  }

  private static boolean port(NetworkPolicyPort rule, int port, String protocol) {
    if (rule.getEndPort() != null) {
      throw new AssertionError("ranges of ports are not known here");
    }
    // Without a protocol it is TCP.
    String of = rule.getProtocol() == null ? "TCP" : rule.getProtocol();
    return of.equals(protocol)
        && (rule.getPort() == null || Integer.valueOf(port).equals(rule.getPort().getIntVal()));
  }

  private static boolean peer(NetworkPolicy policy, NetworkPolicyPeer peer, End other) {
    if (peer.getIpBlock() != null) {
      String cidr = peer.getIpBlock().getCidr();
      if (!cidr.endsWith("/32") && !cidr.endsWith("/128")) {
        throw new AssertionError("ranges of addresses are not known here: " + cidr);
      }
      return other.ip().equals(cidr.substring(0, cidr.indexOf('/')));
    }
    boolean namespace =
        peer.getNamespaceSelector() == null
            ? other.namespace().equals(policy.getMetadata().getNamespace())
            : !other.namespace().isEmpty()
                && selects(
                    peer.getNamespaceSelector(),
                    Map.of("kubernetes.io/metadata.name", other.namespace()));
    return namespace
        && (peer.getPodSelector() == null || selects(peer.getPodSelector(), other.labels()));
  }

  private static boolean selects(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> wanted =
        selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
    List<LabelSelectorRequirement> more =
        selector.getMatchExpressions() == null ? List.of() : selector.getMatchExpressions();
    return labels.entrySet().containsAll(wanted.entrySet())
        && more.stream()
            .allMatch(e -> {
              if (!e.getOperator().equals("Exists")) {
                throw new AssertionError(e.getOperator() + " is not known here");
              }
              return labels.containsKey(e.getKey());
            });
  }
}
