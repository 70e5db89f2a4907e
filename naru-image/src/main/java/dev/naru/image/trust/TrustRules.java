package dev.naru.image.trust;

import dev.naru.image.Hashes;
import dev.naru.image.Trouble;
import dev.naru.spec.TrustPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is wanted of images before they start. Decides from the reference alone: no I/O, no clock.
 *
 * @param name of the policy, for messages
 * @param rules an image must fulfil every one that names its repository, and be named by one
 * @param exceptions images that need no signature for a while
 * @param deny digests that never start, whoever signed them; stronger than an exception
 * @param revoked keys that count in no rule
 */
public record TrustRules(
    String name,
    List<Rule> rules,
    List<Excepted> exceptions,
    Set<String> deny,
    List<VerifyKey> revoked) {

  /** The name of what counts where there is no policy. */
  public static final String DEFAULT = "default";

  /**
   * What is wanted of the images of some repositories.
   *
   * @param repositories {@code HOST/NAME}, or {@code HOST/} and a beginning of whole names that
   *     ends in {@code /*}, or {@code *} for all
   * @param keys one of them must have signed
   * @param attestations predicate types that one of them must have attested
   */
  public record Rule(List<String> repositories, List<VerifyKey> keys, Set<String> attestations) {
    /** Copies the collections. */
    public Rule {
      repositories = List.copyOf(repositories);
      keys = List.copyOf(keys);
      attestations = Set.copyOf(attestations);
    }

    boolean names(ImageRef ref) {
      return repositories.stream().anyMatch(r -> matches(r, ref.name()));
    }

    /**
     * By whole parts: {@code host/team/*} is neither {@code host/teams/a} nor {@code host/team}.
     */
    private static boolean matches(String pattern, String name) {
      if (pattern.equals("*")) {
        return true;
      }
      return pattern.endsWith("/*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : name.equals(pattern);
    }
  }

  /**
   * An image that needs no signature.
   *
   * @param digest of its manifest
   * @param until the exception holds before this time
   */
  public record Excepted(String digest, String reason, Instant until) {}

  /**
   * One need: a signature by one of the keys, and the attestations.
   *
   * @param rule index of its rule
   */
  record Need(int rule, KeySet keys, Set<String> attestations) {}

  /** Copies the collections. */
  public TrustRules {
    rules = List.copyOf(rules);
    exceptions = List.copyOf(exceptions);
    deny = Set.copyOf(deny);
    revoked = List.copyOf(revoked);
  }

  /**
   * The rules of a policy.
   *
   * @param own keys that it may name by identity; those of them that are revoked stay so
   * @throws dev.naru.core.NaruException INVALID with all keys that cannot be used
   */
  public static TrustRules of(TrustPolicy policy, KeySet own) {
    return PolicyKeys.rules(policy, own);
  }

  /** What counts where there is no policy: whatever these keys have signed, wherever it is. */
  public static TrustRules byDefault(KeySet own) {
    return new TrustRules(
        DEFAULT,
        List.of(new Rule(List.of("*"), own.trusted(), Set.of())),
        List.of(),
        Set.of(),
        own.revoked());
  }

  /** Whether a rule names its repository. */
  boolean names(ImageRef ref) {
    return rules.stream().anyMatch(r -> r.names(ref));
  }

  /** What an image must fulfil; nothing where no rule names its repository. */
  List<Need> needs(ImageRef ref) {
    List<Need> needs = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.names(ref)) {
        needs.add(new Need(i, new KeySet(rule.keys(), revoked), rule.attestations()));
      }
    }
    return needs;
  }

  /** Refuses a denied digest. */
  void deny(ImageRef ref) {
    if (deny.contains(ref.digest().orElseThrow())) {
      throw Trouble.refused(
          "cannot accept "
              + ref
              + ": policy '"
              + name
              + "' denies this digest; use another image, or take it from the list");
    }
  }

  /** Whether an exception holds for a digest; an expired one is as none. */
  boolean excepts(ImageRef ref, Instant now) {
    return exceptions.stream()
        .anyMatch(e -> e.digest().equals(ref.digest().orElseThrow()) && now.isBefore(e.until()));
  }

  /** Words about an expired exception of a digest, empty where there is none. */
  String expired(ImageRef ref, Instant now) {
    return exceptions.stream()
        .filter(e -> e.digest().equals(ref.digest().orElseThrow()) && !now.isBefore(e.until()))
        .findFirst()
        .map(e -> "; the exception for it ended " + e.until())
        .orElse("");
  }

  /** Equal for rules that decide equally: 64 hexadecimal digits. */
  public String hash() {
    StringBuilder all = new StringBuilder();
    for (Rule rule : rules) {
      all.append(new TreeSet<>(rule.repositories()))
          .append(new KeySet(rule.keys(), List.of()).hash())
          .append(new TreeSet<>(rule.attestations()))
          .append('\n');
    }
    exceptions.forEach(e -> all.append(e.digest()).append(' ').append(e.until()).append('\n'));
    all.append(new TreeSet<>(deny));
    return Hashes.ofText(all.append(new KeySet(List.of(), revoked).hash()).toString());
  }

  /** The same without the exceptions that have ended at some time. */
  public String hash(Instant now) {
    List<Excepted> holding = exceptions.stream().filter(e -> now.isBefore(e.until())).toList();
    return new TrustRules(name, rules, holding, deny, revoked).hash();
  }
}
