package dev.naru.core.engine;

/**
 * Which lines of which log.
 *
 * @param group whose
 * @param member which replica
 * @param tail that many last lines first; -1 for all that are kept
 * @param follow whether to wait for more until the replica has ended
 */
public record LogQuery(GroupId group, Member member, int tail, boolean follow) {}
