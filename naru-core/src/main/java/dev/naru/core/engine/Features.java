package dev.naru.core.engine;

/**
 * What an engine can do, so that decisions can be the same for all.
 *
 * @param replacesMembers whether it replaces dead members of a service by itself
 * @param enforcesLinks whether undeclared connections are impossible
 * @param enforcesLimits whether memory and caps are enforced, not best effort
 * @param showsWaitingGangs whether a gang that was applied without members is there to be looked at
 *     while it waits for room
 * @param onceIsOneNode whether all that use a volume of access ReadWriteOnce must be on one node
 */
public record Features(
    boolean replacesMembers,
    boolean enforcesLinks,
    boolean enforcesLimits,
    boolean showsWaitingGangs,
    boolean onceIsOneNode) {}
