package dev.naru.core.store;

import java.util.List;

/** What was recorded, to be read. */
public interface Audit {
  /** The last {@code limit} entries, oldest first. */
  List<AuditEntry> entries(int limit);

  /** Whether it is as it was written, from the first entry that is kept to the last. */
  AuditChain.Report check();
}
