/** Decisions about runs: attempts, retries, seals, models. */
@NullMarked
package dev.naru.core.run;

import org.jspecify.annotations.NullMarked;
