package dev.naru.image.trust;

import dev.naru.core.NaruException;
import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lets an image pass or not, by a policy. What passed once by its signature passes again without
 * asking, as long as digest, policy and keys are the same; names and tags never count in that, and
 * what was refused is asked about again. May be used by several threads at once.
 */
public final class Gate {
  private static final int MOST = 10_000;

  private final Function<String, Registry> registries;
  private final String change;
  private final Clock clock;
  private final Recent<Passed> known = new Recent<>(MOST);

  /**
   * Knows nothing yet.
   *
   * @param registries gives the client of a host
   * @param change how a policy is changed, in words that end a message
   */
  public Gate(Function<String, Registry> registries, String change, Clock clock) {
    this.registries = registries;
    this.change = change;
    this.clock = clock;
  }

  /**
   * An image that may start.
   *
   * @param ref by digest; nothing else may be started
   * @param key that signed it; empty where an exception let it pass
   * @param at when that was looked at
   */
  public record Passed(ImageRef ref, Optional<VerifyKey> key, Instant at) {}

  /**
   * Lets it pass where one policy names it and every policy that names it is fulfilled. A tag is
   * resolved once; an exception lifts the rules of its own policy alone.
   *
   * @throws dev.naru.core.NaruException REFUSED with what is missing; NOT_FOUND or
   *     REGISTRY_UNREACHABLE where it could not be looked at. About an image that no policy names
   *     nobody is asked.
   */
  public Passed admit(ImageRef ref, List<TrustRules> policies) {
    List<TrustRules> naming = policies.stream().filter(p -> p.names(ref)).toList();
    if (naming.isEmpty()) {
      throw unnamed(ref, policies);
    }
    Registry registry = registries.apply(ref.host());
    ImageRef byDigest = ref.digest().isPresent() ? ref : Resolved.of(registry, ref).ref();
    policies.forEach(p -> p.deny(byDigest));
    Instant now = clock.instant();
    Passed passed = new Passed(byDigest, Optional.empty(), now);
    for (TrustRules policy : naming) {
      if (!policy.excepts(byDigest, now)) {
        for (TrustRules.Need need : policy.needs(byDigest)) {
          passed = verified(registry, byDigest, policy, need, now);
        }
      }
    }
    return passed;
  }

  private NaruException unnamed(ImageRef ref, List<TrustRules> policies) {
    if (policies.isEmpty()) {
      return Trouble.refused(
          "cannot accept "
              + ref
              + ": nobody has said whose images may start, neither by a policy nor by a key; "
              + change);
    }
    String names =
        policies.stream().map(p -> "'" + p.name() + "'").collect(Collectors.joining(", "));
    return Trouble.refused(
        "cannot accept "
            + ref
            + ": policy "
            + names
            + " has no rule for "
            + ref.name()
            + ", nobody was asked about it; add its repository with the keys of who signs there: "
            + change);
  }

  private Passed verified(
      Registry registry, ImageRef ref, TrustRules rules, TrustRules.Need need, Instant now) {
    String name =
        String.join(
            " ",
            ref.digest().orElseThrow(),
            rules.hash(),
            need.keys().hash(),
            new TreeSet<>(need.attestations()).toString());
    Optional<Passed> before = known.get(name);
    if (before.isPresent()) {
      return new Passed(ref, before.get().key(), before.get().at());
    }
    Verdict verdict =
        new Verifier(registry, Verifier.LIMIT, clock).answer(ref, need.keys(), need.attestations());
    Optional<Verdict.Lack> lack = verdict.lack();
    if (lack.isPresent()) {
      throw refused(ref, rules, need, lack.get().fact() + rules.expired(ref, now));
    }
    Passed passed = new Passed(verdict.ref(), verdict.signer(), verdict.at());
    known.put(name, passed);
    return passed;
  }

  private NaruException refused(ImageRef ref, TrustRules rules, TrustRules.Need need, String fact) {
    return Trouble.refused(
        "cannot accept "
            + ref
            + ": "
            + fact
            + "; by policy '"
            + rules.name()
            + "', spec.rules["
            + need.rule()
            + "]. Have it signed by such a key (naru sign "
            + ref
            + "), or add its signer's key to that rule (naru keys export prints it): "
            + change);
  }
}
