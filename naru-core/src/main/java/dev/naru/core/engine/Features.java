package dev.naru.core.engine;

/**
 * What an engine can do, so that decisions can be the same for all.
 *
 * @param replacesMembers whether it replaces dead members of a service by itself
 * @param enforcesLinks whether undeclared connections are impossible
 * @param enforcesLimits whether memory and caps are enforced, not best effort
 */
public record Features(boolean replacesMembers, boolean enforcesLinks, boolean enforcesLimits) {}
