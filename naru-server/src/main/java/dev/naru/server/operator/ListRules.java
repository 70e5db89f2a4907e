package dev.naru.server.operator;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.store.AuditEntry;
import dev.naru.engine.kubernetes.ImageRules;
import dev.naru.server.trust.ImageTrust;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * The rules of a cluster, as its list of images is looked at by them.
 *
 * @param trust decides
 * @param audit gets what leaves the list and comes back
 */
record ListRules(ImageTrust trust, Consumer<AuditEntry> audit, Clock clock) implements ImageRules {
  @Override
  public String version() {
    return trust.version();
  }

  /** What its registry does not have, or cannot be asked for, is not taken for refused. */
  @Override
  public Answer ask(String ref) {
    try {
      trust.admit(ref);
      return Answer.GOOD;
    } catch (NaruException e) {
      boolean refused = e.code() == Code.UNTRUSTED || e.code() == Code.INVALID;
      return refused ? Answer.REFUSED : Answer.UNKNOWN;
    }
  }

  @Override
  public void changes(String namespace, String ref, boolean allowed) {
    audit.accept(
        new AuditEntry(
            clock.instant(),
            ImageTrust.WHO,
            "list",
            namespace + "/" + ref,
            allowed ? "accepted" : "refused",
            allowed
                ? "may run there again by the rules that count now"
                : "may not run there any more by the rules that count now; what runs goes on"));
  }
}
