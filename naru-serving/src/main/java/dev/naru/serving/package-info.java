/** The two processes of the data plane: {@code ModelServer} and {@code Gateway}. */
@NullMarked
package dev.naru.serving;

import org.jspecify.annotations.NullMarked;
