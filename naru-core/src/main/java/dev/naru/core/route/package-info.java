/** The port to the gateway: routes pushed to it, readiness and counters pulled from it. */
@NullMarked
package dev.naru.core.route;

import org.jspecify.annotations.NullMarked;
