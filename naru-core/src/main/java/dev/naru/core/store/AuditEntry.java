package dev.naru.core.store;

import java.time.Instant;

/**
 * One mutating call or refusal. Never changed or removed, not even by {@code down --purge}.
 *
 * @param at when
 * @param who the user that called
 * @param action what was asked: {@code up}, {@code down}, {@code rerun}
 * @param target on what: a project or {@code finance/training/fraud}
 * @param outcome {@code accepted} or {@code refused}
 * @param detail what exactly, or why not
 */
public record AuditEntry(
    Instant at, String who, String action, String target, String outcome, String detail) {}
