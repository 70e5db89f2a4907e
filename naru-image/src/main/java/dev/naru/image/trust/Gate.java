package dev.naru.image.trust;

import dev.naru.image.Registry;
import dev.naru.image.Trouble;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets an image pass or not, by a policy. What passed once by its signature passes again without
 * asking, as long as digest, policy and keys are the same; names and tags never count in that, and
 * what was refused is asked about again. May be used by several threads at once.
 */
public final class Gate {
  private static final int MOST = 10_000;

  private final Function<String, Registry> registries;
  private final Clock clock;
  private final Map<String, Passed> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Passed> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Knows nothing yet.
   *
   * @param registries gives the client of a host
   */
  public Gate(Function<String, Registry> registries, Clock clock) {
    this.registries = registries;
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
   * Lets it pass.
   *
   * @throws dev.naru.core.NaruException REFUSED with what is missing; NOT_FOUND or
   *     REGISTRY_UNREACHABLE where it could not be looked at
   */
  public Passed admit(ImageRef ref, TrustRules rules) {
    var needs = rules.needs(ref);
    Registry registry = registries.apply(ref.host());
    ImageRef byDigest = ref.digest().isPresent() ? ref : Resolved.of(registry, ref).ref();
    rules.deny(byDigest);
    Instant now = clock.instant();
    if (rules.excepts(byDigest, now)) {
      return new Passed(byDigest, Optional.empty(), now);
    }
    Optional<Passed> last = Optional.empty();
    for (TrustRules.Need need : needs) {
      last = Optional.of(verified(registry, byDigest, rules, need, now));
    }
    return last.orElseThrow();
  }

  private Passed verified(
      Registry registry, ImageRef ref, TrustRules rules, TrustRules.Need need, Instant now) {
    String name =
        String.join(
            " ",
            ref.digest().orElseThrow(),
            rules.hash(),
            need.keys().hash(),
            new java.util.TreeSet<>(need.attestations()).toString());
    synchronized (known) {
      Passed before = known.get(name);
      if (before != null) {
        return new Passed(ref, before.key(), before.at());
      }
    }
    Verdict verdict =
        new Verifier(registry, Verifier.LIMIT, clock).verify(ref, need.keys(), need.attestations());
    Optional<String> refusal = verdict.refusal();
    if (refusal.isPresent()) {
      throw Trouble.refused(refusal.get() + rules.expired(ref, now) + " (" + rules.name() + ")");
    }
    Passed passed = new Passed(verdict.ref(), verdict.signer(), verdict.at());
    synchronized (known) {
      known.put(name, passed);
    }
    return passed;
  }
}
