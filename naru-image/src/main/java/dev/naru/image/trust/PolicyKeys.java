package dev.naru.image.trust;

import dev.naru.core.NaruException;
import dev.naru.image.Trouble;
import dev.naru.spec.TrustPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes rules of a policy's document: its keys are read, or found among one's own. */
final class PolicyKeys {
  private final TrustPolicy policy;
  private final KeySet own;
  private final List<String> problems = new ArrayList<>();

  private PolicyKeys(TrustPolicy policy, KeySet own) {
    this.policy = policy;
    this.own = own;
  }

  static TrustRules rules(TrustPolicy policy, KeySet own) {
    return new PolicyKeys(policy, own).rules();
  }

  private TrustRules rules() {
    TrustPolicy.Spec spec = policy.spec();
    List<TrustRules.Rule> rules = new ArrayList<>();
    for (int i = 0; i < spec.rules().size(); i++) {
      TrustPolicy.Rule rule = spec.rules().get(i);
      rules.add(
          new TrustRules.Rule(
              rule.repositories(),
              keys(rule.keys(), "spec.rules[" + i + "].keys"),
              new HashSet<>(rule.attestations())));
    }
    List<VerifyKey> revoked = new ArrayList<>(own.revoked());
    revoked.addAll(keys(spec.revoked(), "spec.revoked"));
    rules.forEach(r -> count(r, revoked));
    if (!problems.isEmpty()) {
      throw Trouble.invalid(
          "cannot use the policy '"
              + policy.metadata().name()
              + "': "
              + String.join("; ", problems));
    }
    List<TrustRules.Excepted> exceptions =
        spec.exceptions().stream()
            .map(e -> new TrustRules.Excepted(e.digest(), e.reason(), Instant.parse(e.until())))
            .toList();
    return new TrustRules(
        policy.metadata().name(), rules, exceptions, Set.copyOf(spec.deny()), revoked);
  }

  /** A rule whose keys are all revoked is one: nothing fulfils it. */
  private void count(TrustRules.Rule rule, List<VerifyKey> revoked) {
    int all = rule.keys().size() + revoked.size();
    if (all > KeySet.MOST) {
      problems.add(
          "the rule for "
              + rule.repositories()
              + " has "
              + all
              + " keys with those that are revoked, expected at most "
              + KeySet.MOST);
    }
  }

  private List<VerifyKey> keys(List<String> texts, String path) {
    List<VerifyKey> keys = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String place = path + "[" + i + "]";
      try {
        keys.addAll(
            texts.get(i).contains("-----")
                ? VerifyKey.parse(texts.get(i), place)
                : List.of(one(texts.get(i), place)));
      } catch (NaruException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return keys;
  }

  private VerifyKey one(String digits, String place) {
    List<VerifyKey> all = new ArrayList<>(own.trusted());
    all.addAll(own.revoked());
    List<VerifyKey> found = all.stream().filter(k -> k.id().startsWith(digits)).toList();
    if (found.size() != 1) {
      throw Trouble.invalid(
          place
              + ": expected the beginning of one own key's identity, found "
              + digits
              + ", which "
              + found.size()
              + " have; give the whole public key of another's");
    }
    return found.getFirst();
  }
}
