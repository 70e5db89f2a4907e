/** The claims that every store must hold, and a store in memory that holds them. */
@NullMarked
package dev.naru.core.testkit.store;

import org.jspecify.annotations.NullMarked;
