/** Decisions before anything starts: what a file means and what it would change. */
@NullMarked
package dev.naru.core.plan;

import org.jspecify.annotations.NullMarked;
