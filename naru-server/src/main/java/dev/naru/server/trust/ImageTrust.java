package dev.naru.server.trust;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.store.AuditEntry;
import dev.naru.image.Hashes;
import dev.naru.image.Registry;
import dev.naru.image.trust.Gate;
import dev.naru.image.trust.HomeTrust;
import dev.naru.image.trust.ImageIds;
import dev.naru.image.trust.ImageRef;
import dev.naru.image.trust.Recent;
import dev.naru.image.trust.TrustRules;
import dev.naru.image.trust.VerifyKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether an image of a registry may start, by the rules that are given at that moment; each
 * decision that differs from the last one about an image goes to the audit. Safe for any thread.
 */
public final class ImageTrust {
  /** Who decides, in the audit. */
  public static final String WHO = "naru";

  /** How the policy of a home is changed. */
  private static final String CHANGE_HOME =
      "naru trust show > trust.yaml, edit it, naru trust set trust.yaml";

  private static final int MOST = 10_000;

  private final Supplier<List<TrustRules>> rules;
  private final Gate gate;
  private final ImageIds ids;
  private final Consumer<AuditEntry> audit;
  private final Clock clock;
  private final Recent<String> told = new Recent<>(MOST);

  /**
   * Decides by some rules.
   *
   * @param rules gives all policies that count, asked for each decision
   * @param registries gives the client of a host
   * @param change how a policy is changed, in words that end a message
   * @param audit gets the decisions
   */
  public ImageTrust(
      Supplier<List<TrustRules>> rules,
      Function<String, Registry> registries,
      String change,
      Consumer<AuditEntry> audit,
      Clock clock) {
    this.rules = rules;
    this.gate = new Gate(registries, change, clock);
    this.ids = new ImageIds(registries);
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Decides by the policy of a home.
   *
   * @param plainHttp hosts besides loopback that are spoken to without TLS
   */
  public static ImageTrust ofHome(
      Path home, Set<String> plainHttp, Consumer<AuditEntry> audit, Clock clock) {
    HomeTrust trust = new HomeTrust(home, clock);
    return new ImageTrust(
        () -> List.of(trust.rules()),
        host -> new Registry(host, plainHttp),
        CHANGE_HOME,
        audit,
        clock);
  }

  /**
   * Lets an image pass.
   *
   * @param ref {@code HOST/NAME} and a tag or digest; what passes is the digest in the answer
   * @throws NaruException UNTRUSTED with image, policy and next step; NOT_FOUND or
   *     REGISTRY_UNREACHABLE where it could not be looked at
   */
  public Gate.Passed admit(String ref) {
    List<TrustRules> now = rules.get();
    String policy =
        now.stream()
            .map(r -> r.name() + "/" + r.hash().substring(0, 12))
            .collect(Collectors.joining(","));
    try {
      Gate.Passed passed = gate.admit(ImageRef.parse(ref), now);
      String by = passed.key().map(VerifyKey::id).orElse("exception");
      tell(passed.ref().toString(), "accepted", "key=" + by + " policy=" + policy);
      return passed;
    } catch (NaruException e) {
      if (e.code() == Code.REFUSED) {
        throw untrusted(ref, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /**
   * Equal as long as the rules decide equally: it changes with the policies, their keys, and the
   * end of an exception.
   */
  public String version() {
    Instant now = clock.instant();
    return Hashes.ofText(
        rules.get().stream().map(r -> r.hash(now)).sorted().collect(Collectors.joining(",")));
  }

  private void tell(String ref, String outcome, String detail) {
    String said = outcome + detail;
    if (!told.get(ref).equals(Optional.of(said))) {
      audit.accept(new AuditEntry(clock.instant(), WHO, "trust", ref, outcome, detail));
      told.put(ref, said); // after: what could not be recorded is recorded at the next try
    }
  }

  /**
   * Refuses an image of an engine that is another one than what passed: engines know it by the
   * digest of its configuration, or where containerd keeps images by that of its manifest.
   *
   * @param passed what was let pass
   * @param id of the image in the engine
   * @return the id
   * @throws NaruException UNTRUSTED
   */
  public String same(Gate.Passed passed, String id) {
    Set<String> expected = ids.of(passed.ref());
    if (expected.contains(id)) {
      return id;
    }
    throw untrusted(
        passed.ref().toString(),
        "cannot start %s: the engine has image %s under that name, expected %s; remove it there (docker image rm) and try again"
            .formatted(
                passed.ref(), id, expected.stream().sorted().collect(Collectors.joining(" or "))));
  }

  private NaruException untrusted(String ref, String words) {
    tell(ref, "refused", words);
    return new NaruException(Code.UNTRUSTED, words);
  }
}
