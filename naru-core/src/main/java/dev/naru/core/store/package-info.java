/** The port to what keeps the facts. */
@NullMarked
package dev.naru.core.store;

import org.jspecify.annotations.NullMarked;
