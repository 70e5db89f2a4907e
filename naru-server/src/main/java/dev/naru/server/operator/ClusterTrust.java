package dev.naru.server.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.store.AuditEntry;
import dev.naru.image.Registry;
import dev.naru.image.trust.KeySet;
import dev.naru.image.trust.TrustRules;
import dev.naru.image.trust.VerifyKey;
import dev.naru.server.json.Json;
import dev.naru.server.trust.ImageTrust;
import dev.naru.spec.reading.Problem;
import dev.naru.spec.reading.TrustPolicies;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The rules of a cluster: its TrustPolicies, each for itself, or where it has none, the keys that
 * the installer gave it. Operator and webhook ask the same.
 *
 * @param keys that the installer gave
 * @param plainHttp registries that are spoken to without TLS
 */
record ClusterTrust(List<VerifyKey> keys, Set<String> plainHttp) {
  private static final String CHANGE =
      "an administrator does that by kubectl edit trustpolicy, or where there is none by trust.keys"
          + " of the chart";

  /** Copies the collections. */
  ClusterTrust {
    keys = List.copyOf(keys);
    plainHttp = Set.copyOf(plainHttp);
  }

  /**
   * What the installer said.
   *
   * @param text of NARU_TRUST: {@code {"keys": [PEM], "plainHttp": [HOST]}}; empty for nothing
   * @throws NaruException INVALID
   */
  static ClusterTrust parse(String text) {
    JsonNode said = text.isBlank() ? Json.object() : Json.read(text, "NARU_TRUST");
    List<VerifyKey> keys = new ArrayList<>();
    said.path("keys").forEach(pem -> keys.addAll(VerifyKey.parse(pem.asText(), "trust.keys")));
    Set<String> plain = new HashSet<>();
    said.path("plainHttp").forEach(host -> plain.add(host.asText()));
    return new ClusterTrust(keys, plain);
  }

  /**
   * Who lets images pass in this cluster.
   *
   * @param rules gives the {@linkplain #rules rules} that count, for each decision
   */
  ImageTrust by(Supplier<List<TrustRules>> rules, Consumer<AuditEntry> audit, Clock clock) {
    return new ImageTrust(rules, host -> new Registry(host, plainHttp), CHANGE, audit, clock);
  }

  /** The rules that count; none where neither policy nor key was given. */
  List<TrustRules> rules(List<? extends JsonNode> policies) {
    KeySet own = new KeySet(keys, List.of());
    if (policies.isEmpty()) {
      return keys.isEmpty() ? List.of() : List.of(TrustRules.byDefault(own));
    }
    return policies.stream().map(p -> rules(p, own)).toList();
  }

  /** A policy that cannot be read lets nothing pass. */
  private static TrustRules rules(JsonNode policy, KeySet own) {
    return switch (TrustPolicies.fromJson(policy)) {
      case TrustPolicies.Outcome.Read read -> TrustRules.of(read.policy(), own);
      case TrustPolicies.Outcome.Refused refused ->
          throw new NaruException(
              Code.UNTRUSTED,
              "cannot accept any image: TrustPolicy '%s' cannot be read: %s; correct it"
                  .formatted(
                      policy.at("/metadata/name").asText(),
                      refused.problems().stream()
                          .map(Problem::toString)
                          .collect(Collectors.joining("; "))));
    };
  }
}
