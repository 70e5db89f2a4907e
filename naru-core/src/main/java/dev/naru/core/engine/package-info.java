/** The port to what realises groups, and the words it speaks. */
@NullMarked
package dev.naru.core.engine;

import org.jspecify.annotations.NullMarked;
