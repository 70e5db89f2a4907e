/**
 * The gateway: routes requests to ready replicas, holds them while there are none, and counts.
 *
 * <p>Threads: one event loop runs the data plane, the probes and the admin API, so their state
 * needs no locks; classes say "on the loop" where they must only be used there. One more thread
 * writes the routing table to disk.
 */
@NullMarked
package dev.naru.serving.gateway;

import org.jspecify.annotations.NullMarked;
