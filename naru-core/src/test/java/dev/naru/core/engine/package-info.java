/** Tests of what all engines read alike. */
@NullMarked
package dev.naru.core.engine;

import org.jspecify.annotations.NullMarked;
