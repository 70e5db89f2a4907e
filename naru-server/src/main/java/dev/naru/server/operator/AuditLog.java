package dev.naru.server.operator;

import dev.naru.core.store.AuditChain;
import dev.naru.core.store.AuditEntry;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit of a program that keeps nothing: its log, each entry after the hash of the chain up to
 * it, which begins anew with the program. Safe for any thread.
 */
final class AuditLog implements Consumer<AuditEntry> {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private String head = AuditChain.START;

  @Override
  public synchronized void accept(AuditEntry entry) {
    head = AuditChain.link(head, entry);
    LOG.info("audit {} {}", head, entry);
  }
}
