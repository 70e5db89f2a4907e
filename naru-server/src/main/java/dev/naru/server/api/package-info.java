/** The REST API, and what it asks of the control loop. */
@NullMarked
package dev.naru.server.api;

import org.jspecify.annotations.NullMarked;
