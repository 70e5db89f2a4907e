/** A client to the gateway's admin port. */
@NullMarked
package dev.naru.server.gateway;

import org.jspecify.annotations.NullMarked;
