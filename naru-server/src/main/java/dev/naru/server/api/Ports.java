package dev.naru.server.api;

/**
 * Where this home's servers listen, all on 127.0.0.1.
 *
 * @param api the REST API
 * @param gateway requests to Inferences
 * @param gatewayAdmin routes and counters of the gateway, guarded by the home's token
 */
public record Ports(int api, int gateway, int gatewayAdmin) {}
