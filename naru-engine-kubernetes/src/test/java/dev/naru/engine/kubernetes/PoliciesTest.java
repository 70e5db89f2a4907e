package dev.naru.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.engine.Link;
import dev.naru.core.engine.Link.Protocol;
import dev.naru.engine.kubernetes.PolicyMeaning.End;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the policies of a namespace mean: exactly the declared links. */
final class PoliciesTest {
  private static final List<String> WORKLOADS =
      List.of(
          "inference/a",
          "inference/b",
          "inference/c",
          "inference/d",
          "inference/fraud",
          "training/fraud",
          "training/g",
          "preparation/h");

  private static final Link DATABASE =
      new Link("training/fraud", "db.example", 5432, Protocol.TCP, "spec.egress");

  private static final Link CACHE =
      new Link("training/fraud", "cache.other", 6379, Protocol.TCP, "spec.egress");

  private static final List<Link> LINKS =
      List.of(
          new Link("gateway", "inference/a", 8080, Protocol.TCP, "kind"),
          link("inference/a", "inference/b", 8080, Protocol.TCP),
          link("inference/a", "inference/c", 8080, Protocol.UDP),
          link("inference/c", "inference/a", 9090, Protocol.UDP),
          link("inference/fraud", "inference/d", 8080, Protocol.TCP),
          link("training/fraud", "inference/d", 9090, Protocol.TCP),
          link("training/fraud", "inference/d", 9090, Protocol.UDP),
          link("preparation/h", "inference/a", 8080, Protocol.TCP),
          Link.whole("training/g", "training/g", "spec.workers"),
          DATABASE,
          CACHE,
          new Link("10.0.0.7", "inference/b", 9090, Protocol.TCP, "spec.ingress"));

  private static final Policies.Around AROUND =
      new Policies.Around(
          "naru-system",
          List.of(new Policies.Place("10.96.0.1", 443), new Policies.Place("10.90.0.1", 6443)),
          Map.of(
              DATABASE,
              List.of(new Policies.Place("192.0.2.5", 0)),
              CACHE,
              List.of(
                  new Policies.Place("10.96.0.9", 0), new Policies.Place("10.244.9.9", 16_379))));

  private final PolicyMeaning meaning = new PolicyMeaning(Policies.of("bank", LINKS, AROUND));

  private static Link link(String from, String to, int port, Protocol protocol) {
    return new Link(from, to, port, protocol, "spec.egress");
  }

  private static End pod(String ref) {
    return pod("bank", Map.of(Labels.LINK, ref.replace('/', '-')));
  }

  private static End pod(String namespace, Map<String, String> labels) {
    return new End(namespace, labels, "10.244.1.1");
  }

  private static End outside(String ip) {
    return new End("", Map.of(), ip);
  }

  @Test
  void exactlyTheDeclaredLinksAreAllowed() {
    SortedSet<String> expected = new TreeSet<>();
    LINKS.stream()
        .filter(l -> l.egress() && l.inside())
        .forEach(l -> expected.add(l.from() + " " + l.to() + " " + l.port() + l.protocol()));
    SortedSet<String> allowed = new TreeSet<>();
    for (String from : WORKLOADS) {
      for (String to : WORKLOADS) {
        for (int port : List.of(8080, 9090, 29_500)) {
          for (String protocol : List.of("TCP", "UDP", "SCTP")) {
            if (!from.equals(to) && meaning.allows(pod(from), pod(to), port, protocol)) {
              allowed.add(from + " " + to + " " + port + protocol);
            }
          }
        }
      }
    }
    assertThat(allowed).isEqualTo(expected);
  }

  @Test
  void ranksOfAGangReachEachOtherAndReplicasDoNot() {
    assertThat(meaning.allows(pod("training/g"), pod("training/g"), 29_500, "TCP")).isTrue();
    assertThat(meaning.allows(pod("training/g"), pod("training/g"), 7, "UDP")).isTrue();
    assertThat(meaning.allows(pod("inference/a"), pod("inference/a"), 8080, "TCP")).isFalse();
    assertThat(meaning.allows(pod("training/fraud"), pod("training/fraud"), 1, "TCP")).isFalse();
  }

  @Test
  void outsideIsReachedWhereItWasDeclared() {
    End source = pod("training/fraud");
    assertThat(meaning.allows(source, outside("192.0.2.5"), 5432, "TCP")).isTrue();
    assertThat(meaning.allows(source, outside("192.0.2.5"), 5432, "UDP")).isFalse();
    assertThat(meaning.allows(source, outside("192.0.2.5"), 5433, "TCP")).isFalse();
    assertThat(meaning.allows(source, outside("169.254.169.254"), 80, "TCP")).isFalse();
    assertThat(meaning.allows(pod("training/g"), outside("192.0.2.5"), 5432, "TCP")).isFalse();
    assertThat(meaning.allows(source, outside("10.90.0.1"), 6443, "TCP")).isFalse();
  }

  @Test
  void serviceIsReachedBeforeAndAfterTranslation() {
    End source = pod("training/fraud");
    assertThat(meaning.allows(source, outside("10.96.0.9"), 6379, "TCP")).isTrue();
    End behind = new End("other", Map.of(), "10.244.9.9");
    assertThat(meaning.allows(source, behind, 16_379, "TCP")).isTrue();
    assertThat(meaning.allows(source, behind, 6379, "TCP")).isFalse();
  }

  @Test
  void outsideGetsInWhereItWasDeclared() {
    assertThat(meaning.allows(outside("10.0.0.7"), pod("inference/b"), 9090, "TCP")).isTrue();
    assertThat(meaning.allows(outside("10.0.0.8"), pod("inference/b"), 9090, "TCP")).isFalse();
    assertThat(meaning.allows(outside("10.0.0.7"), pod("inference/b"), 8080, "TCP")).isFalse();
  }

  @Test
  void otherNamespacesAreOutOfReachWhateverTheirLabels() {
    End twin = pod("other", Map.of(Labels.LINK, "inference-a"));
    assertThat(meaning.allows(twin, pod("inference/b"), 8080, "TCP")).isFalse();
    assertThat(
            meaning.allows(
                pod("inference/a"), pod("other", Map.of(Labels.LINK, "inference-b")), 8080, "TCP"))
        .isFalse();
  }

  @Test
  void namesAreLookedUpByBothProtocolsByWhoHasLinks() {
    End dns = pod("kube-system", Map.of("k8s-app", "kube-dns"));
    for (String protocol : List.of("TCP", "UDP")) {
      assertThat(meaning.allows(pod("inference/a"), dns, 53, protocol)).isTrue();
      assertThat(meaning.allows(pod("training/g"), dns, 53, protocol)).isTrue();
      assertThat(meaning.allows(pod("inference/d"), dns, 53, protocol)).isFalse();
    }
    // Both selectors of one peer must hold.
    assertThat(meaning.allows(pod("inference/a"), pod("kube-system", Map.of()), 53, "UDP"))
        .isFalse();
    assertThat(
            meaning.allows(
                pod("inference/a"), pod("bank", Map.of("k8s-app", "kube-dns")), 53, "UDP"))
        .isFalse();
  }

  @Test
  void gatewaysReachInferencesAndTheApiServer() {
    End gateway = pod("gateway");
    assertThat(meaning.allows(gateway, pod("inference/a"), 8080, "TCP")).isTrue();
    assertThat(meaning.allows(gateway, pod("inference/a"), 9090, "TCP")).isFalse();
    assertThat(meaning.allows(gateway, pod("training/g"), 29_500, "TCP")).isFalse();
    assertThat(meaning.allows(gateway, outside("10.96.0.1"), 443, "TCP")).isTrue();
    assertThat(meaning.allows(gateway, outside("10.90.0.1"), 6443, "TCP")).isTrue();
    assertThat(meaning.allows(outside("203.0.113.9"), gateway, 8080, "TCP")).isTrue();
    assertThat(meaning.allows(outside("203.0.113.9"), gateway, 8081, "TCP")).isFalse();
  }

  @Test
  void operatorReachesGatewaysAndFilesAndNobodyElseDoes() {
    End operator = pod("naru-system", Map.of("app.kubernetes.io/name", "naru-operator"));
    assertThat(meaning.allows(operator, pod("gateway"), 8081, "TCP")).isTrue();
    assertThat(meaning.allows(operator, pod("files"), Files.PORT, "TCP")).isTrue();
    assertThat(meaning.allows(operator, pod("inference/a"), 8080, "TCP")).isFalse();
    assertThat(meaning.allows(pod("inference/a"), pod("files"), Files.PORT, "TCP")).isFalse();
    assertThat(meaning.allows(pod("bank", operator.labels()), pod("gateway"), 8081, "TCP"))
        .isFalse();
  }

  @Test
  void podsOfOthersAreLeftAsTheyAre() {
    End theirs = pod("bank", Map.of("app", "theirs"));
    assertThat(meaning.allows(theirs, outside("203.0.113.9"), 443, "TCP")).isTrue();
    assertThat(meaning.allows(outside("203.0.113.9"), theirs, 80, "TCP")).isTrue();
    assertThat(meaning.allows(theirs, pod("inference/a"), 8080, "TCP")).isFalse();
  }

  @Test
  void linkedInferencesHaveANameThatNoProbeAnswersTo() {
    List<Service> services = Policies.services("bank", LINKS);
    List<String> names = new ArrayList<>();
    services.forEach(s -> names.add(s.getMetadata().getName()));
    assertThat(names).containsExactly("a-infer", "b-infer", "c-infer", "d-infer");
    assertThat(services)
        .allMatch(s -> !s.getSpec().getSelector().containsKey(Labels.LINK))
        .allMatch(s -> s.getSpec().getClusterIP().equals("None"));
  }
}
