package dev.naru.server.api;

import java.time.Instant;

/**
 * What this server is.
 *
 * @param version of Naru
 * @param build hash of the sources that it was built from
 * @param engine what a project runs on that does not say otherwise
 * @param home its folder
 * @param apiPort of the API
 * @param gatewayPort of the gateway
 * @param pid of this process
 * @param startedAt when it started
 */
public record ServerInfo(
    String version,
    String build,
    String engine,
    String home,
    int apiPort,
    int gatewayPort,
    long pid,
    Instant startedAt) {}
