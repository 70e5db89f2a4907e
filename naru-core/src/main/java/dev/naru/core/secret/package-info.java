/** Secrets: where their values come from, and how they are kept out of what is told. */
@NullMarked
package dev.naru.core.secret;

import org.jspecify.annotations.NullMarked;
