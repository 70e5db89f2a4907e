/** The control plane of a cluster. */
@NullMarked
package dev.naru.server.operator;

import org.jspecify.annotations.NullMarked;
